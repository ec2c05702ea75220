"""Features XlsxWriter cannot make, put into a workbook as Excel writes them: linked raw parts."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from lxml import etree

from tests.workbooks.sound import SHEET_ORDER, WORKBOOK_ORDER

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
_PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_MS_EXCEL = "application/vnd.ms-excel."
_DECLARED = (
    f'xmlns="{MAIN}" xmlns:r="{REL}" xmlns:x14="{MICROSOFT}/spreadsheetml/2009/9/main" '
    f'xmlns:x15="{MICROSOFT}/spreadsheetml/2010/11/main"'
)


@dataclass(frozen=True)
class Raw:
    """One part: its content, its type, and what refers to it: the part, and the relationship."""

    name: str
    content: str | bytes
    type: str = ""
    owner: str = ""
    relation: str = ""
    id: str = ""


def add_raw_features(path: Path) -> None:
    """Put the raw parts into a workbook made by ``features.make_rich``."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    has_macros = path.suffix == ".xlsm"
    for raw in [*_RAW, *(_MACROS if has_macros else ())]:
        _add(parts, raw)
    _sheets(parts)
    _workbook(parts, has_macros)
    _shared_strings(parts)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(packed.getvalue())


def _add(parts: dict[str, bytes], raw: Raw) -> None:
    content = raw.content.encode("utf-8") if isinstance(raw.content, str) else raw.content
    if raw.name not in parts:
        parts[raw.name] = content
        if raw.type:
            types = etree.fromstring(parts["[Content_Types].xml"])
            etree.SubElement(
                types,
                f"{{{_TYPES}}}Override",
                {"PartName": f"/{raw.name}", "ContentType": raw.type},
            )
            parts["[Content_Types].xml"] = _written(types)
    if raw.relation:
        _link(parts, raw.owner, raw.relation, f"/{raw.name}", raw.id)


def _link(
    parts: dict[str, bytes], owner: str, relation: str, target: str, identity: str, mode: str = ""
) -> None:
    folder, _, name = owner.rpartition("/")
    listing = f"{folder}/_rels/{name}.rels".lstrip("/")
    empty = f'<Relationships xmlns="{_PACKAGE_REL}"/>'.encode()
    tree = etree.fromstring(parts.get(listing, empty))
    about = {"Id": identity, "Type": relation, "Target": target}
    if mode:
        about["TargetMode"] = mode
    etree.SubElement(tree, f"{{{_PACKAGE_REL}}}Relationship", about)
    parts[listing] = _written(tree)


def insert_child(tree: etree._Element, fragment: str, order: Sequence[str]) -> None:
    """Put an element where the schema wants it among the children of ``tree``."""
    child = etree.fromstring(fragment)
    mine = order.index(etree.QName(child).localname)
    before = [each for each in tree if order.index(etree.QName(each).localname) <= mine]
    tree.insert(len(before), child)


def _written(tree: etree._Element) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


_CHART_EX = f"""<c:chartSpace xmlns:c="{MICROSOFT}/drawing/2014/chartex"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chartData><c:data id="0">
<c:numDim type="val"><c:f>Tracker!$G$6:$G$11</c:f></c:numDim></c:data></c:chartData><c:chart>
<c:plotArea><c:plotAreaRegion><c:series layoutId="waterfall" uniqueId="{{0}}"><c:dataId val="0"/>
</c:series></c:plotAreaRegion></c:plotArea></c:chart></c:chartSpace>"""

_PIVOT_CACHE = f"""<pivotCacheDefinition {_DECLARED} r:id="rId1" refreshOnLoad="1" recordCount="2"
 refreshedBy="Office" createdVersion="6" refreshedVersion="6" minRefreshableVersion="3">
<cacheSource type="worksheet"><worksheetSource ref="A1:B2" sheet="Jan"/></cacheSource>
<cacheFields count="2"><cacheField name="Form" numFmtId="0"><sharedItems count="1"><s v="7B"/>
</sharedItems></cacheField><cacheField name="Absences" numFmtId="0"><sharedItems
 containsSemiMixedTypes="0" containsString="0" containsNumber="1" containsInteger="1" minValue="2"
 maxValue="2"/></cacheField></cacheFields></pivotCacheDefinition>"""

_PIVOT_RECORDS = (
    f'<pivotCacheRecords {_DECLARED} count="1"><r><x v="0"/><n v="2"/></r></pivotCacheRecords>'  # noqa: E501
)

_PIVOT_TABLE = f"""<pivotTableDefinition {_DECLARED} name="ByForm" cacheId="7" dataOnRows="0"
 applyNumberFormats="0" applyBorderFormats="0" applyFontFormats="0" applyPatternFormats="0"
 applyAlignmentFormats="0" applyWidthHeightFormats="1" dataCaption="Values" updatedVersion="6"
 minRefreshableVersion="3" createdVersion="6" indent="0" outline="1" outlineData="1">
<location ref="H3:I5" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>
<pivotFields count="2"><pivotField axis="axisRow" showAll="0"><items count="2"><item x="0"/>
<item t="default"/></items></pivotField><pivotField dataField="1" showAll="0"/></pivotFields>
<rowFields count="1"><field x="0"/></rowFields><rowItems count="2"><i><x/></i>
<i t="grand"><x/></i></rowItems><colItems count="1"><i/></colItems><dataFields count="1">
<dataField name="Sum of Absences" fld="1" baseField="0" baseItem="0"/></dataFields>
<pivotTableStyleInfo name="PivotStyleLight16" showRowHeaders="1" showColHeaders="1"
 showRowStripes="0" showColStripes="0" showLastColumn="1"/></pivotTableDefinition>"""

_THREAD = f"""<ThreadedComments xmlns="{MICROSOFT}/spreadsheetml/2018/threadedcomments">
<threadedComment ref="C8" dT="2026-10-01T09:00:00.00" personId="{{11111111-1111-4111-8111-111111111111}}"
 id="{{22222222-2222-4222-8222-222222222222}}"><text>Who rang?</text></threadedComment>
<threadedComment ref="C8" dT="2026-10-01T09:05:00.00" personId="{{11111111-1111-4111-8111-111111111111}}"
 id="{{33333333-3333-4333-8333-333333333333}}" parentId="{{22222222-2222-4222-8222-222222222222}}">
<text>I did, on Monday</text></threadedComment></ThreadedComments>"""  # noqa: E501

_PERSONS = f"""<personList xmlns="{MICROSOFT}/spreadsheetml/2018/threadedcomments"><person
 displayName="Jo Ashby" id="{{11111111-1111-4111-8111-111111111111}}" userId="S::jo"
 providerId="AD"/></personList>"""

_CONNECTIONS = f"""<connections {_DECLARED}><connection id="1" name="Absences" type="6"
 refreshedVersion="6" background="1" saveData="1"><textPr sourceFile="absences.csv"><textFields>
<textField/></textFields></textPr></connection><connection id="2" keepAlive="1"
 name="ThisWorkbookDataModel" description="Data Model" type="5" refreshedVersion="6"
 minRefreshableVersion="5" background="1"><dbPr connection="Data Model Connection"
 command="Model" commandType="1"/></connection></connections>"""

_RAW = (
    Raw("xl/charts/chartEx1.xml", _CHART_EX, "application/vnd.ms-office.chartex+xml",
        "xl/drawings/drawing2.xml", f"{MICROSOFT}/2014/relationships/chartEx", "rIdEx"),
    Raw("xl/pivotCache/pivotCacheDefinition1.xml", _PIVOT_CACHE,
        f"{_EXCEL}pivotCacheDefinition+xml", "xl/workbook.xml",
        f"{REL}/pivotCacheDefinition", "rIdPivot"),
    Raw("xl/pivotCache/pivotCacheRecords1.xml", _PIVOT_RECORDS,
        f"{_EXCEL}pivotCacheRecords+xml", "xl/pivotCache/pivotCacheDefinition1.xml",
        f"{REL}/pivotCacheRecords", "rId1"),
    Raw("xl/pivotTables/pivotTable1.xml", _PIVOT_TABLE, f"{_EXCEL}pivotTable+xml",
        "xl/worksheets/sheet4.xml", f"{REL}/pivotTable", "rIdPivot"),
    Raw("xl/pivotCache/pivotCacheDefinition1.xml", _PIVOT_CACHE, "",
        "xl/pivotTables/pivotTable1.xml", f"{REL}/pivotCacheDefinition", "rId1"),
    Raw("xl/slicerCaches/slicerCache1.xml",
        f'<slicerCacheDefinition xmlns="{MICROSOFT}/spreadsheetml/2009/9/main" name="Slicer_Form"'
        ' sourceName="Form"><pivotTables><pivotTable tabId="4" name="ByForm"/></pivotTables><data>'
        '<tabular pivotCacheId="7"><items count="1"><i x="0" s="1"/></items></tabular></data>'
        "</slicerCacheDefinition>",
        f"{_MS_EXCEL}slicerCache+xml", "xl/workbook.xml",
        f"{MICROSOFT}/2007/relationships/slicerCache", "rIdSlicerCache"),
    Raw("xl/slicers/slicer1.xml",
        f'<slicers xmlns="{MICROSOFT}/spreadsheetml/2009/9/main"><slicer name="Form" '
        'cache="Slicer_Form" caption="Form" rowHeight="241300"/></slicers>',
        f"{_MS_EXCEL}slicer+xml", "xl/worksheets/sheet4.xml",
        f"{MICROSOFT}/2007/relationships/slicer", "rIdSlicer"),
    Raw("xl/timelineCaches/timelineCache1.xml",
        f'<timelineCacheDefinition xmlns="{MICROSOFT}/spreadsheetml/2010/11/main" '
        'name="NativeTimeline_Date" sourceName="Date"/>',
        f"{_MS_EXCEL}timelineCache+xml", "xl/workbook.xml",
        f"{MICROSOFT}/2011/relationships/timelineCache", "rIdTimelineCache"),
    Raw("xl/timelines/timeline1.xml",
        f'<timelines xmlns="{MICROSOFT}/spreadsheetml/2010/11/main"><timeline name="Date" '
        'cache="NativeTimeline_Date" caption="Date" level="2" selectionLevel="2"/></timelines>',
        f"{_MS_EXCEL}timeline+xml", "xl/worksheets/sheet4.xml",
        f"{MICROSOFT}/2011/relationships/timeline", "rIdTimeline"),
    Raw("xl/threadedComments/threadedComment1.xml", _THREAD, f"{_MS_EXCEL}threadedcomments+xml",
        "xl/worksheets/sheet1.xml", f"{MICROSOFT}/2017/10/relationships/threadedComment",
        "rIdThread"),
    Raw("xl/persons/person.xml", _PERSONS, f"{_MS_EXCEL}person+xml", "xl/workbook.xml",
        f"{MICROSOFT}/2017/10/relationships/person", "rIdPerson"),
    Raw("xl/printerSettings/printerSettings1.bin", bytes(range(256)) * 4,
        f"{_EXCEL}printerSettings", "xl/worksheets/sheet1.xml", f"{REL}/printerSettings",
        "rIdPrinter"),
    Raw("xl/ctrlProps/ctrlProp1.xml",
        f'<formControlPr xmlns="{MICROSOFT}/spreadsheetml/2009/9/main" objectType="CheckBox" '
        'checked="Checked" fmlaLink="Tracker!$AD$14" lockText="1" noThreeD="1"/>',
        f"{_MS_EXCEL}controlproperties+xml", "xl/worksheets/sheet1.xml", f"{REL}/ctrlProp",
        "rIdControl"),
    Raw("xl/activeX/activeX1.xml",
        f'<ax:ocx xmlns:ax="{MICROSOFT}/2006/activeX" xmlns:r="{REL}" '
        'ax:classid="{8BD21D40-EC42-11CE-9E0D-00AA006002F3}" ax:persistence="persistStreamInit" '
        'r:id="rId1"/>',
        "application/vnd.ms-office.activeX+xml",
        "xl/worksheets/sheet1.xml", f"{REL}/control", "rIdActive"),
    Raw("xl/activeX/activeX1.bin", b"\x01\x02\x00\x00 a control" * 8,
        "application/vnd.ms-office.activeX", "xl/activeX/activeX1.xml",
        f"{MICROSOFT}/2006/relationships/activeXControlBinary", "rId1"),
    Raw("xl/connections.xml", _CONNECTIONS, f"{_EXCEL}connections+xml", "xl/workbook.xml",
        f"{REL}/connections", "rIdConnections"),
    Raw("xl/queryTables/queryTable1.xml",
        f'<queryTable {_DECLARED} name="absences" connectionId="1" autoFormatId="16" '
        'applyNumberFormats="0" applyBorderFormats="0" applyFontFormats="1" '
        'applyPatternFormats="1" applyAlignmentFormats="0" applyWidthHeightFormats="0"/>',
        f"{_EXCEL}queryTable+xml", "xl/worksheets/sheet6.xml", f"{REL}/queryTable", "rIdQuery"),
    Raw("xl/model/item.data", b"data model" + bytes(range(256)) * 8,
        "application/vnd.openxmlformats-officedocument.model+data", "xl/workbook.xml",
        f"{MICROSOFT}/2011/relationships/powerPivotData", "rIdModel"),
    Raw("xl/externalLinks/externalLink1.xml",
        f'<externalLink {_DECLARED}><externalBook r:id="rId1"><sheetNames><sheetName val="Last '
        'year"/></sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1"><v>7</v>'
        "</cell></row></sheetData></sheetDataSet></externalBook></externalLink>",
        f"{_EXCEL}externalLink+xml", "xl/workbook.xml", f"{REL}/externalLink", "rIdExternal"),
    Raw("customXml/item1.xml", '<school xmlns="urn:example:school">kept</school>', "",
        "xl/workbook.xml", f"{REL}/customXml", "rIdCustom"),
    Raw("customXml/itemProps1.xml",
        '<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/'
        'customXml" ds:itemID="{44444444-4444-4444-8444-444444444444}"/>',
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
        "customXml/item1.xml", f"{REL}/customXmlProps", "rId1"),
    Raw("docMetadata/LabelInfo.xml",
        f'<clbl:labelList xmlns:clbl="{MICROSOFT}/2020/mipLabelMetadata"><clbl:label '
        'id="{55555555-5555-4555-8555-555555555555}" enabled="1" method="Privileged" '
        'siteId="{66666666-6666-4666-8666-666666666666}" contentBits="0" removed="0"/>'
        "</clbl:labelList>",
        "application/vnd.ms-office.classificationlabels+xml", "",
        f"{MICROSOFT}/2020/02/relationships/classificationlabels", "rIdLabel"),
)  # fmt: skip

_MACROS = (
    Raw("xl/macrosheets/sheet1.xml",
        f'<xm:macrosheet xmlns="{MAIN}" xmlns:r="{REL}" xmlns:xm="{MICROSOFT}/excel/2006/main">'
        "<sheetData/></xm:macrosheet>",
        f"{_MS_EXCEL}macrosheet+xml", "xl/workbook.xml",
        f"{MICROSOFT}/2006/relationships/xlMacrosheet", "rIdMacro"),
)  # fmt: skip


def _sheets(parts: dict[str, bytes]) -> None:
    tree = etree.fromstring(parts["xl/worksheets/sheet1.xml"])
    setup = tree.find(f"{{{MAIN}}}pageSetup")
    setup.set(f"{{{REL}}}id", "rIdPrinter")
    for fragment in (
        f'<sheetCalcPr {_DECLARED} fullCalcOnLoad="0"/>',
        f"<customSheetViews {_DECLARED}><customSheetView "
        'guid="{77777777-7777-4777-8777-777777777777}" scale="90"><selection activeCell="B6" '
        'sqref="B6"/><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" '
        'footer="0.3"/></customSheetView></customSheetViews>',
        f'<cellWatches {_DECLARED}><cellWatch r="H6"/></cellWatches>',
        f'<controls {_DECLARED} xmlns:mc="http://schemas.openxmlformats.org/'
        'markup-compatibility/2006"><mc:AlternateContent><mc:Choice Requires="x14">'
        '<control shapeId="1999" r:id="rIdControl" name="Check Box 1"/></mc:Choice>'
        '</mc:AlternateContent><control shapeId="2000" r:id="rIdActive" name="CheckBox1"/>'
        "</controls>",
    ):
        insert_child(tree, fragment, SHEET_ORDER)
    parts["xl/worksheets/sheet1.xml"] = _written(tree)
    pivot = etree.fromstring(parts["xl/worksheets/sheet4.xml"])
    extensions = (
        f'<extLst {_DECLARED}><ext uri="{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}"><x14:slicerList>'
        '<x14:slicer r:id="rIdSlicer"/></x14:slicerList></ext>'
        '<ext uri="{7E03D99C-DC04-49d9-9315-930204A7B6E9}"><x15:timelineRefs><x15:timelineRef '
        'r:id="rIdTimeline"/></x15:timelineRefs></ext></extLst>'
    )
    insert_child(pivot, extensions, SHEET_ORDER)
    parts["xl/worksheets/sheet4.xml"] = _written(pivot)


def _workbook(parts: dict[str, bytes], has_macros: bool) -> None:
    target = "file:///C:/Office/last%20year.xlsx"
    relation = f"{REL}/externalLinkPath"
    _link(parts, "xl/externalLinks/externalLink1.xml", relation, target, "rId1", "External")
    tree = etree.fromstring(parts["xl/workbook.xml"])
    for fragment in (
        f'<workbookProtection {_DECLARED} lockStructure="1"/>',
        f'<externalReferences {_DECLARED}><externalReference r:id="rIdExternal"/>'
        "</externalReferences>",
        f'<customWorkbookViews {_DECLARED}><customWorkbookView name="Mine" '
        'guid="{77777777-7777-4777-8777-777777777777}" windowWidth="1000" windowHeight="600" '
        'activeSheetId="1"/></customWorkbookViews>',
        f'<pivotCaches {_DECLARED}><pivotCache cacheId="7" r:id="rIdPivot"/></pivotCaches>',
        f'<extLst {_DECLARED}><ext uri="{{BBE1A952-AA13-448e-AADC-164F8A28A991}}">'
        '<x14:slicerCaches><x14:slicerCache r:id="rIdSlicerCache"/></x14:slicerCaches></ext>'
        '<ext uri="{D0CA8CA8-9F24-4464-BF8E-62219DCF47F9}"><x15:timelineCacheRefs>'
        '<x15:timelineCacheRef r:id="rIdTimelineCache"/></x15:timelineCacheRefs></ext></extLst>',
    ):
        insert_child(tree, fragment, WORKBOOK_ORDER)
    if has_macros:
        sheets = tree.find(f"{{{MAIN}}}sheets")
        macro = etree.SubElement(sheets, f"{{{MAIN}}}sheet", name="Macro1", sheetId="99")
        macro.set("state", "hidden")
        macro.set(f"{{{REL}}}id", "rIdMacro")
    calc = tree.find(f"{{{MAIN}}}calcPr")
    del calc.attrib["fullCalcOnLoad"]
    parts["xl/workbook.xml"] = _written(tree)


def _shared_strings(parts: dict[str, bytes]) -> None:
    """Give one shared text a reading in kana, as a Japanese Excel does."""
    xml = parts["xl/sharedStrings.xml"]
    plain = b"<t>visited</t>"
    reading = b'<rPh sb="0" eb="1"><t>vi</t></rPh><phoneticPr fontId="1"/>'
    parts["xl/sharedStrings.xml"] = xml.replace(plain, plain + reading, 1)
