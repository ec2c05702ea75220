// The ribbon's buttons: one handler for all. It shows the pane, works out what the clerk sees,
// sends it with the sheet to the button's script, follows the job, and writes back what the script
// wrote. Which buttons there are, and what each reads, is in the page (templates/_ribbon.html).
//
// For the pane: rollbook.onJob(callback), rollbook.press(id, answers), rollbook.cancel().
(function () {
  const rollbook = (globalThis.rollbook = globalThis.rollbook || {});
  const POLL_MS = 400;
  const SPILLS_ASKED = 5000; // cells of a sheet that are asked whether they spill, at most
  const LAST_ROW = 1048576;

  const buttons = new Map(
    JSON.parse(document.getElementById("rollbook-ribbon")?.textContent || "[]").map((one) => [
      one.id,
      one,
    ]),
  );
  const callbacks = new Set();
  let latest = null; // the job as the pane last heard of it
  let running = null; // the press under way
  let asking = null; // the press that asked something: the answers are about what was seen then

  /** Why a press ends here, in a sentence for the clerk. */
  class Stop extends Error {}

  // --- What the pane uses ---------------------------------------------------------------------

  rollbook.buttons = [...buttons.values()];

  rollbook.onJob = function (callback) {
    callbacks.add(callback);
    if (latest) callback(latest);
    return () => callbacks.delete(callback);
  };

  rollbook.cancel = async function (jobId = running?.job.id) {
    if (!jobId) return;
    if (running?.job.id === jobId) running.isToStop = true; // said again when the work has begun
    const headers = await rollbook.authHeaders();
    try {
      await xwRequest.post(rollbook.address(`/jobs/${jobId}/cancel`), {}, { headers });
    } catch (error) {
      if (error.response?.status === 404) return; // it has not begun, or it is over
      if (running) tell({ ...running.job, notice: "Rollbook could not be told to stop." });
    }
  };

  rollbook.press = async function (id, answers = {}) {
    const button = buttons.get(id);
    if (!button) throw new Error(`The ribbon has no button ${id}`);
    if (running) {
      tell({ ...running.job, notice: busySentence(running.button) });
      return latest;
    }
    const job = { ...blank(button), says: "Reading the workbook" };
    running = { button, job };
    tell(job);
    try {
      tell({ ...job, ...(await work(button, job, answers)) });
    } catch (error) {
      tell({ ...job, ...failure(error) });
    } finally {
      running = null;
    }
    return latest;
  };

  // The last button again, with the answers to what it asked.
  rollbook.answer = (answers) => rollbook.press(latest.button, answers);

  function blank(button) {
    return {
      id: newId(),
      button: button.id,
      title: button.label,
      phase: "running",
      says: "",
      done: 0,
      of: 0,
      sentence: "",
      link: "",
      link_says: "",
      problems: [],
      asks: [],
      notice: "",
    };
  }

  function newId() {
    if (globalThis.crypto?.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function tell(job) {
    latest = job;
    for (const callback of callbacks) {
      try {
        callback(job);
      } catch (error) {
        console.error(error);
      }
    }
  }

  // --- One press ------------------------------------------------------------------------------

  async function work(button, job, answers) {
    await Office.onReady();
    const seen = await seenBy(button, answers);
    try {
      const book = await readBook(button, seen);
      if (running.isToStop) return { phase: "cancelled", sentence: "Stopped. Nothing was done." };
      book.args = [{ job: job.id, view: seen.view, answers }];
      const written = await send(button, job, book);
      const told = await howItEnded(job);
      if (written.actions?.length) await writeBack(written, seen, told);
      if (told.waits_for_excel) await sayWritten(job);
      if (told.phase === "asking") asking = { button, seen };
      return told;
    } finally {
      if (asking?.seen !== seen) await seen.changes.end();
    }
  }

  // What the clerk saw when pressing. Answers are about what was seen when the button asked.
  async function seenBy(button, answers) {
    const before = asking;
    asking = null;
    if (before && before.button === button && Object.keys(answers).length) {
      const isAboutSheet = button.reads !== "nothing";
      if (!isAboutSheet || (await isUnchanged(before.seen))) return before.seen;
      await before.seen.changes.end();
      throw new Stop(
        "The sheet is not as it was when Rollbook asked. Nothing was done. Select the rows and " +
          "press the button again.",
      );
    }
    if (before) await before.seen.changes.end();
    const changes = await watchChanges();
    try {
      return { changes, ...(await readView(button)) };
    } catch (error) {
      await changes.end();
      throw error;
    }
  }

  async function isUnchanged(seen) {
    if (seen.changes.any()) return false;
    return Excel.run(async (context) => {
      const sheet = context.workbook.worksheets.getActiveWorksheet().load("name");
      await context.sync();
      return sheet.name === seen.sheet;
    });
  }

  async function send(button, job, book) {
    const headers = await rollbook.authHeaders();
    const address = rollbook.address(`/xlwings/custom-scripts-call/${button.id}`);
    const following = follow(job, headers);
    try {
      // No time limit: long work says how far it is, and the clerk can stop it.
      return (await xwRequest.post(address, book, { headers })).data || {};
    } catch (error) {
      if (error.request && following.heard()) {
        throw new Stop(
          `The connection to Rollbook on ${location.host} was lost during the work. What was done ` +
            "until then stays done. Look in the pane what is left, then press the button again.",
        );
      }
      throw error;
    } finally {
      following.end();
    }
  }

  // Asks every now and then how far the job is, until told to stop.
  function follow(job, headers) {
    let heard = false;
    let timer = setTimeout(ask, POLL_MS);
    async function ask() {
      try {
        const { data } = await xwRequest.get(rollbook.address(`/jobs/${job.id}`), { headers });
        heard = true;
        if (timer && data.phase === "running") {
          if (running.isToStop) rollbook.cancel(job.id);
          running.job = { ...job, ...data };
          tell(running.job);
        }
      } catch {
        // not begun yet, or not reachable just now: the press itself says so when it ends
      }
      if (timer) timer = setTimeout(ask, POLL_MS);
    }
    return {
      heard: () => heard,
      end: () => {
        clearTimeout(timer);
        timer = null;
      },
    };
  }

  async function howItEnded(job) {
    const headers = await rollbook.authHeaders();
    try {
      return (await xwRequest.get(rollbook.address(`/jobs/${job.id}`), { headers })).data;
    } catch (error) {
      if (error.response?.status !== 404) throw error;
      throw new Stop("Rollbook cannot say any more how this ended. Look in the pane what is left.");
    }
  }

  // What was to be done once Excel had written, such as keeping the receipt, is done now.
  async function sayWritten(job) {
    const headers = await rollbook.authHeaders();
    await xwRequest.post(rollbook.address(`/jobs/${job.id}/written`), {}, { headers });
  }

  // --- Reading --------------------------------------------------------------------------------

  async function readView(button) {
    const path = Office.context.document?.url || "";
    const { sheet, rows } = await Excel.run(readSelection);
    if (button.reads === "nothing") return { sheet, view: { rows, formulas: [], path } };
    if (button.reads === "sheet") {
      return { sheet, view: { rows, path, formulas: await Excel.run(readFormulas) } };
    }
    const tracked = button.reads === "tracked" ? await trackedSheets(path) : [];
    const marked = await Excel.run((context) => readMarked(context, tracked));
    return { sheet, tracked, view: { rows, path, ...marked } };
  }

  // The sheets Rollbook fills in the open workbook; none where it has yet to be told which it is.
  async function trackedSheets(path) {
    const headers = await rollbook.authHeaders();
    const asked = new URLSearchParams({ book: await bookName(), path });
    return (await xwRequest.get(rollbook.address(`/pane/tracked?${asked}`), { headers })).data
      .sheets;
  }

  async function bookName() {
    return Excel.run(async (context) => {
      context.workbook.load("name");
      await context.sync();
      return context.workbook.name;
    });
  }

  // Of several sheets, or of all: the cells with formulas and the merged ones, with their sheet.
  async function readMarked(context, names) {
    const sheets = context.workbook.worksheets.load("items/name");
    await context.sync();
    const marked = { formulas: [], merged: [] };
    for (const sheet of sheets.items) {
      if (names.length && !names.includes(sheet.name)) continue;
      const place = (area) => `'${sheet.name.replaceAll("'", "''")}'!${area}`;
      marked.formulas.push(...(await readFormulas(context, sheet)).map(place));
      marked.merged.push(...(await readMerged(context, sheet)).map(place));
    }
    return marked;
  }

  async function readMerged(context, sheet) {
    if (!supports("1.13")) return [];
    const used = sheet.getUsedRangeOrNullObject(true);
    used.load("address");
    await context.sync();
    if (used.isNullObject) return [];
    const merged = used.getMergedAreasOrNullObject();
    merged.load("areaCount");
    await context.sync();
    if (merged.isNullObject) return [];
    merged.areas.load("address");
    await context.sync();
    return merged.areas.items.map((area) => local(area.address));
  }

  async function readSelection(context) {
    const sheet = context.workbook.worksheets.getActiveWorksheet().load("name");
    await context.sync();
    return { sheet: sheet.name, rows: await selectedRows(context, sheet) };
  }

  // The selected areas without the rows a filter hides.
  async function selectedRows(context, sheet) {
    const selected = await selectedAreas(context);
    if (selected.length === 0 || selected.some(isWholeColumns)) return selected;
    if (selected.length === 1 && isOneCell(selected[0])) return selected; // Excel would widen it
    const areas = await clipped(context, sheet, selected);
    if (areas.length === 0 || !supports("1.9")) return areas;
    const visible = sheet
      .getRanges(areas.join(","))
      .getSpecialCellsOrNullObject(Excel.SpecialCellType.visible);
    visible.load("areaCount");
    await context.sync();
    if (visible.isNullObject) {
      throw new Stop(
        "A filter hides all of the selected rows. Select rows you can see, then press the button " +
          "again.",
      );
    }
    visible.areas.load("address");
    await context.sync();
    return visible.areas.items.map((area) => local(area.address));
  }

  async function selectedAreas(context) {
    const book = context.workbook;
    try {
      if (!supports("1.9")) {
        const range = book.getSelectedRange().load("address");
        await context.sync();
        return [local(range.address)];
      }
      const ranges = book.getSelectedRanges();
      ranges.areas.load("address");
      await context.sync();
      return ranges.areas.items.map((area) => local(area.address));
    } catch {
      return []; // a picture or a chart is selected
    }
  }

  // Whole rows, or the whole sheet, reach far beyond what is written: keep to the rows in use.
  async function clipped(context, sheet, areas) {
    const used = sheet.getUsedRangeOrNullObject(true).load("rowIndex,rowCount");
    await context.sync();
    if (used.isNullObject) return [];
    const top = used.rowIndex + 1;
    const bottom = used.rowIndex + used.rowCount;
    return areas.flatMap((area) => {
      const [first, last] = rowsOf(area);
      if (last - first + 1 < LAST_ROW && !isWholeRows(area)) return [area];
      const [from, to] = [Math.max(first, top), Math.min(last, bottom)];
      return from <= to ? [`${from}:${to}`] : [];
    });
  }

  // The cells that hold a formula or are filled by one: Rollbook must not write over them.
  async function readFormulas(context, one) {
    if (!supports("1.9")) return [];
    const sheet = one || context.workbook.worksheets.getActiveWorksheet();
    const used = sheet.getUsedRangeOrNullObject(true);
    used.load("address");
    await context.sync();
    if (used.isNullObject) return [];
    const found = used.getSpecialCellsOrNullObject(Excel.SpecialCellType.formulas);
    found.load("areaCount");
    await context.sync();
    if (found.isNullObject) return [];
    found.areas.load("address,rowCount,columnCount");
    await context.sync();
    const areas = found.areas.items;
    return [...areas.map((area) => local(area.address)), ...(await spilled(context, areas))];
  }

  async function spilled(context, areas) {
    if (!supports("1.12")) return [];
    areas.forEach((area) => area.load("hasSpill"));
    await context.sync();
    const spilling = areas.filter((area) => area.hasSpill !== false);
    const cells = spilling.reduce((sum, area) => sum + area.rowCount * area.columnCount, 0);
    if (cells > SPILLS_ASKED) {
      throw new Stop(
        `This sheet has ${cells} formulas that may fill other cells, more than Rollbook looks ` +
          "through. Keep the list of students on a sheet of its own.",
      );
    }
    const filled = spilling.flatMap((area) =>
      everyCell(area).map((cell) => cell.getSpillingToRangeOrNullObject().load("address")),
    );
    await context.sync();
    return filled.filter((range) => !range.isNullObject).map((range) => local(range.address));
  }

  function everyCell(area) {
    const cells = [];
    for (let row = 0; row < area.rowCount; row += 1) {
      for (let column = 0; column < area.columnCount; column += 1) {
        cells.push(area.getCell(row, column));
      }
    }
    return cells;
  }

  async function readBook(button, seen) {
    return Excel.run(async (context) => {
      const sheets = context.workbook.worksheets.load("items/id,items/name");
      await context.sync();
      seen.sheets = sheets.items.map(({ id, name }) => ({ id, name }));
      return xlwings.getBookData({ ...scopeOf(button, seen), headers: {} }, context);
    });
  }

  // What of the workbook is sent. The client splits names at commas: a sheet whose name has one is
  // asked for by leaving out the others.
  function scopeOf(button, seen) {
    if (button.reads === "nothing") return { lazy: true };
    if (button.reads !== "sheet") {
      const names = seen.tracked;
      return names.length && names.every(isPlain) ? { include: names.join(",") } : {};
    }
    if (isPlain(seen.sheet)) return { include: seen.sheet };
    const others = seen.sheets.map((one) => one.name).filter((name) => name !== seen.sheet);
    const parts = seen.sheet.split(",").map((part) => part.trim());
    return { exclude: others.filter((name) => isPlain(name) && !parts.includes(name)).join(",") };
  }

  const isPlain = (name) => !name.includes(",") && name === name.trim();

  // --- Writing back ---------------------------------------------------------------------------

  // The script wrote into the workbook as it was sent. Where the clerk has changed the sheet since,
  // its rows may be others now: then nothing is written, and we say so.
  async function writeBack(written, seen, told) {
    try {
      await Excel.run({ delayForCellEdit: true }, async (context) => {
        const sheets = context.workbook.worksheets.load("items/id,items/name");
        await context.sync();
        const now = sheets.items.map(({ id, name }) => ({ id, name }));
        if (JSON.stringify(now) !== JSON.stringify(seen.sheets)) throw new Stop(MOVED);
        const targets = written.actions.map((action) => seen.sheets[action.sheet_position]?.id);
        if (targets.some((id) => id && seen.changes.of(id))) throw new Stop(EDITED);
        await seen.changes.end();
        tell({ ...running.job, says: "Writing into the workbook" });
        await xlwings.runActions(written, context);
      });
    } catch (error) {
      console.error(error);
      const why = error instanceof Stop ? error.message : excelsSentence(error);
      throw new Stop([told.sentence, why].filter(Boolean).join(" "));
    }
  }

  const MOVED =
    "But nothing was written into this workbook: its sheets were moved, added or renamed " +
    "meanwhile. Press the button again.";
  const EDITED =
    "But nothing was written into this sheet: it was changed meanwhile, and its rows may be " +
    "others now. Press the button again.";

  // Notes which sheets the clerk (or somebody else in the same workbook) changes.
  async function watchChanges() {
    const changed = new Set();
    const none = { any: () => false, of: () => false, end: async () => {} };
    if (!supports("1.10")) return none;
    let handlers = await Excel.run(async (context) => {
      const sheets = context.workbook.worksheets;
      const note = async (event) => void changed.add(event.worksheetId);
      const added = [sheets.onChanged.add(note), sheets.onRowSorted.add(note)];
      await context.sync();
      return added;
    });
    return {
      any: () => changed.size > 0,
      of: (id) => changed.has(id),
      end: async () => {
        const mine = handlers;
        handlers = [];
        if (mine.length === 0) return;
        await Excel.run(mine[0].context, async (context) => {
          mine.forEach((handler) => handler.remove());
          await context.sync();
        });
      },
    };
  }

  // --- Sentences ------------------------------------------------------------------------------

  function busySentence(button) {
    return `“${button.label}” is still at work. Wait for it or stop it, then press again.`;
  }

  function failure(error) {
    if (!(error instanceof Stop)) console.error(error);
    const told = { phase: "failed", problems: [], asks: [] };
    if (error instanceof Stop) return { ...told, sentence: error.message };
    if (error.response) return { ...told, ...refusal(error.response) };
    if (error.request) return { ...told, sentence: notRunning() };
    return { ...told, sentence: excelsSentence(error) };
  }

  function notRunning() {
    return (
      `Rollbook is not running on ${location.host}. Start it there (rollbook serve), then press ` +
      "the button again."
    );
  }

  function refusal({ status, data }) {
    if (status === 401) {
      return { sentence: "Sign in first, then press the button again.", sign_in: true };
    }
    const says = typeof data === "string" ? data : data?.detail || data?.error || "";
    if (typeof says === "string" && /^[A-Z“][^<>{}]{10,400}[.]$/s.test(says)) {
      return { sentence: says };
    }
    return { sentence: `Rollbook did not take this press (answer ${status}). Nothing was done.` };
  }

  function excelsSentence(error) {
    if (error?.code === "InvalidOperationInCellEditMode") {
      return "A cell is being typed in. Press Enter in the sheet, then press the button again.";
    }
    if (error?.code === "ResponsePayloadSizeLimitExceeded") {
      return (
        "This sheet is too large for Excel on the web to hand over at once. Press the button in " +
        "Excel on the computer, or keep fewer columns on the sheet."
      );
    }
    const says = String(error?.cause?.message || error?.message || error).trim();
    const closed = error?.code === "AccessDenied" || error?.cause?.code === "AccessDenied";
    return (
      `Excel did not let Rollbook work in this workbook: “${says}”.` +
      (closed ? " Is the sheet protected?" : "")
    );
  }

  // --- Addresses ------------------------------------------------------------------------------

  const supports = (version) => Office.context.requirements.isSetSupported("ExcelApi", version);
  const local = (address) => address.slice(address.lastIndexOf("!") + 1).replaceAll("$", "");
  const isWholeColumns = (area) => /^[A-Z]+:[A-Z]+$/.test(area);
  const isWholeRows = (area) => /^\d+:\d+$/.test(area);
  const isOneCell = (area) => /^[A-Z]+\d+$/.test(area);

  function rowsOf(area) {
    const numbers = area.match(/\d+/g).map(Number);
    return [numbers[0], numbers.at(-1)];
  }

  // --- The ribbon itself ----------------------------------------------------------------------

  // Excel queues further presses until completed() is called; the work goes on in the pane's own
  // runtime, so we let go at once and say ourselves when a button is still at work.
  function pressed(id) {
    return (event) => {
      event.completed();
      Promise.resolve(Office.addin.showAsTaskpane()).catch(console.error);
      return rollbook.press(id);
    };
  }

  for (const id of buttons.keys()) Office.actions.associate(id, pressed(id));
})();
