// A stand-in for Excel, served in place of Microsoft's office.js: a workbook that lives in the page,
// behind the part of the Office.js interface that xlwings' client and our own scripts use.
//
// It keeps Office.js' manners: proxies hold nothing until they are loaded and synced, and say so;
// what is queued happens at sync, in order. It treats what is written as Excel does: "=" begins a
// formula, an apostrophe makes text, digits become numbers. Whatever it does not know is an error
// with the name of what was asked for, never undefined. Tests reach the workbook by `excelHost`.
(function () {
  const ROWS = 1048576;
  const COLUMNS = 16384;

  class OfficeError extends Error {
    constructor(code, message) {
      super(message);
      this.name = "OfficeExtension.Error";
      this.code = code;
    }
  }

  const unknown = (what) =>
    new OfficeError("NotInStandIn", `The stand-in for Excel has no ${what}`);
  const badArgument = (why) => new OfficeError("InvalidArgument", why);

  // --- Addresses --------------------------------------------------------------------------------

  function columnName(index) {
    let name = "";
    for (let number = index + 1; number > 0; number = Math.floor((number - 1) / 26)) {
      name = String.fromCharCode(65 + ((number - 1) % 26)) + name;
    }
    return name;
  }

  const columnIndex = (name) =>
    [...name.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

  function rectOf(address) {
    const [from, to = from] = address.replaceAll("$", "").split(":");
    const part = /^([A-Za-z]{0,3})(\d*)$/;
    const [a, b] = [part.exec(from), part.exec(to)];
    if (!a || !b || !from || !a[1] !== !b[1] || !a[2] !== !b[2]) {
      throw badArgument(`The stand-in cannot read the address “${address}”`);
    }
    const columns = a[1] ? [columnIndex(a[1]), columnIndex(b[1])] : [0, COLUMNS - 1];
    const rows = a[2] ? [a[2] - 1, b[2] - 1] : [0, ROWS - 1];
    const [left, right] = columns.sort((x, y) => x - y);
    const [top, bottom] = rows.sort((x, y) => x - y);
    return { top, left, rows: bottom - top + 1, columns: right - left + 1 };
  }

  function addressOf({ top, left, rows, columns }) {
    if (columns === COLUMNS) return `${top + 1}:${top + rows}`;
    if (rows === ROWS) return `${columnName(left)}:${columnName(left + columns - 1)}`;
    const first = `${columnName(left)}${top + 1}`;
    if (rows === 1 && columns === 1) return first;
    return `${first}:${columnName(left + columns - 1)}${top + rows}`;
  }

  const quoted = (name) => (/^\w+$/.test(name) ? name : `'${name.replaceAll("'", "''")}'`);

  function intersection(a, b) {
    const top = Math.max(a.top, b.top);
    const left = Math.max(a.left, b.left);
    const rows = Math.min(a.top + a.rows, b.top + b.rows) - top;
    const columns = Math.min(a.left + a.columns, b.left + b.columns) - left;
    return rows > 0 && columns > 0 ? { top, left, rows, columns } : null;
  }

  // --- The workbook -----------------------------------------------------------------------------

  let ids = 0;

  class Sheet {
    constructor(book, name) {
      Object.assign(this, {
        book,
        name,
        id: `{sheet-${(ids += 1)}}`,
        visibility: "Visible",
        showGridlines: true,
        cells: new Map(), // "row,column" → { value, formula, text?, error?, filledBy? }
        formats: new Map(), // "row,column" → { numberFormat, fill, bold, … }
        widths: new Map(),
        fitted: new Set(),
        hiddenRows: new Set(),
        hiddenColumns: new Set(),
        tables: [],
        names: [],
        merged: [],
        notes: [],
        shapes: [],
        charts: [],
        pivotTables: [],
        printArea: null,
        frozen: null,
        isProtected: false,
      });
    }

    cell(row, column) {
      return this.cells.get(`${row},${column}`) || { value: "", formula: "" };
    }

    format(row, column) {
      const key = `${row},${column}`;
      if (!this.formats.has(key)) this.formats.set(key, { numberFormat: "General" });
      return this.formats.get(key);
    }

    numberFormat(row, column) {
      return this.formats.get(`${row},${column}`)?.numberFormat || "General";
    }

    used() {
      let [top, left, bottom, right] = [Infinity, Infinity, -1, -1];
      for (const [key, cell] of this.cells) {
        if (cell.value === "" && !cell.formula) continue;
        const [row, column] = key.split(",").map(Number);
        [top, left] = [Math.min(top, row), Math.min(left, column)];
        [bottom, right] = [Math.max(bottom, row), Math.max(right, column)];
      }
      if (bottom < 0) return null;
      return { top, left, rows: bottom - top + 1, columns: right - left + 1 };
    }
  }

  const book = {
    name: "Book1.xlsx",
    path: "",
    sheets: [],
    names: [],
    comments: [],
    active: null,
    selection: [],
    calculationMode: "Automatic",
    saved: 0,
  };

  const sheetNamed = (name) =>
    book.sheets.find((sheet) => sheet.name.toLowerCase() === String(name).toLowerCase());

  function addSheet(name) {
    const wanted = name || `Sheet${book.sheets.length + 1}`;
    if (sheetNamed(wanted)) throw new OfficeError("ItemAlreadyExists", `“${wanted}” is there`);
    if (wanted.length > 31 || /[[\]:*?/\\]/.test(wanted)) {
      throw badArgument(`No sheet can be called “${wanted}”`);
    }
    const sheet = new Sheet(book, wanted);
    book.sheets.push(sheet);
    return sheet;
  }

  // --- What Excel makes of what is written ------------------------------------------------------

  const DAY_ZERO = Date.UTC(1899, 11, 30);

  function read(text, numberFormat) {
    if (numberFormat === "@") return { value: text };
    if (text.startsWith("'")) return { value: text.slice(1), isText: true };
    const number = /^\s*[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?(e[-+]?\d+)?\s*(%?)\s*$/i.exec(text);
    if (number && /\d/.test(text)) {
      const value = Number(text.replace(/[,%\s]/g, ""));
      return number[5] ? { value: value / 100, numberFormat: "0%" } : { value };
    }
    if (/^[=+\-@]./.test(text)) return { formula: text.startsWith("=") ? text : `=${text}` };
    if (/^(true|false)$/i.test(text)) return { value: text.toLowerCase() === "true" };
    const day = /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d))?$/.exec(text);
    if (day) {
      const [, year, month, date, hours = 0, minutes = 0, seconds = 0] = day;
      const time = Date.UTC(year, month - 1, date, hours, minutes, seconds);
      return { value: (time - DAY_ZERO) / 86400000, numberFormat: "yyyy-mm-dd" };
    }
    return { value: text };
  }

  function write(sheet, row, column, given) {
    if (given === null || given === undefined) return; // Excel leaves such a cell as it is
    if (sheet.isProtected) {
      throw new OfficeError("AccessDenied", "You can't perform the requested operation.");
    }
    const key = `${row},${column}`;
    const before = sheet.cells.get(key);
    if (before?.spill) clearSpill(sheet, before);
    sheet.cells.delete(key);
    if (given === "") return touched(sheet, row, column);
    if (!["string", "number", "boolean"].includes(typeof given)) {
      throw badArgument(`Excel takes no ${JSON.stringify(given)} as the value of a cell`);
    }
    const meant =
      typeof given === "string" ? read(given, sheet.numberFormat(row, column)) : { value: given };
    if (meant.numberFormat && sheet.numberFormat(row, column) === "General") {
      sheet.format(row, column).numberFormat = meant.numberFormat;
    }
    const cell = { value: meant.value ?? "", formula: meant.formula || "", isText: meant.isText };
    sheet.cells.set(key, cell);
    if (cell.formula) calculate(sheet, row, column, cell);
    touched(sheet, row, column);
  }

  // --- Calculation ------------------------------------------------------------------------------

  const functions = new Map();
  let metadata = null;
  let calculating = 0;
  const settledWaiters = [];

  async function functionsMetadata() {
    const config = JSON.parse(document.getElementById("config")?.textContent || "{}");
    const address = `${config.appPath || ""}/xlwings/custom-functions-meta.json`;
    metadata ??= await (await fetch(address)).json();
    return metadata.functions;
  }

  function clearSpill(sheet, cell) {
    for (const key of cell.spill || []) sheet.cells.delete(key);
    cell.spill = null;
  }

  function touched(sheet, row, column) {
    for (const other of book.sheets) {
      for (const [key, cell] of other.cells) {
        const depends = cell.reads?.some(
          (area) =>
            area.sheet === sheet &&
            intersection(area.rect, { top: row, left: column, rows: 1, columns: 1 }),
        );
        if (depends && !cell.isDirty) {
          cell.isDirty = true;
          const [at, in_] = key.split(",").map(Number);
          queueMicrotask(() => {
            cell.isDirty = false;
            if (other.cells.get(key) === cell) calculate(other, at, in_, cell);
          });
        }
      }
    }
  }

  function calculate(sheet, row, column, cell) {
    calculating += 1;
    const turn = (cell.turn = (cell.turn || 0) + 1);
    evaluate(sheet, row, column, cell)
      .catch((error) => [[asError(error)]])
      .then((answer) => {
        if (cell.turn === turn && sheet.cells.get(`${row},${column}`) === cell) {
          spill(sheet, row, column, cell, Array.isArray(answer) ? answer : [[answer]]);
        }
      })
      .finally(async () => {
        await fire(events.calculated, { worksheetId: sheet.id });
        calculating -= 1;
        if (calculating === 0) settledWaiters.splice(0).forEach((go) => go());
      });
  }

  const asError = (error) =>
    error instanceof CustomFunctionsError
      ? error
      : new CustomFunctionsError("#VALUE!", error?.message || String(error));

  function spill(sheet, row, column, cell, answer) {
    clearSpill(sheet, cell);
    const others = answer.flatMap((line, down) =>
      line.map((value, right) => [row + down, column + right, value]),
    );
    const blocked = others.slice(1).some(([at, in_]) => sheet.cells.has(`${at},${in_}`));
    if (blocked) return Object.assign(cell, { value: "#SPILL!", error: "" });
    cell.spill = others.slice(1).map(([at, in_]) => `${at},${in_}`);
    others.forEach(([at, in_, value], place) => {
      const target = place === 0 ? cell : { formula: "", filledBy: cell };
      Object.assign(target, shown(value, sheet, at, in_));
      sheet.cells.set(`${at},${in_}`, target);
      touched(sheet, at, in_);
    });
  }

  // Results may be plain values, errors with a reason, or data types with a number format.
  function shown(value, sheet, row, column) {
    if (value instanceof CustomFunctionsError) return { value: value.code, error: value.message };
    if (value === null || value === undefined) return { value: 0, error: undefined };
    if (typeof value !== "object") return { value, error: undefined };
    if (value.type === "FormattedNumber") {
      sheet.format(row, column).numberFormat = value.numberFormat;
      return { value: value.basicValue, error: undefined };
    }
    if (value.type === "Error") return { value: value.basicValue, error: "" };
    if ("basicValue" in value) return { value: value.basicValue, error: undefined };
    throw unknown(`data type ${JSON.stringify(value)}`);
  }

  async function evaluate(sheet, row, column, cell) {
    const call = /^=\s*([A-Z][\w.]*)\((.*)\)\s*$/is.exec(cell.formula);
    cell.reads = [];
    if (!call) return value(sheet, cell.formula.slice(1).trim(), cell);
    const [, full, inside] = call;
    if (full.toUpperCase() === "SUM") {
      const numbers = value(sheet, inside, cell)
        .flat()
        .filter((one) => typeof one === "number");
      return numbers.reduce((sum, one) => sum + one, 0);
    }
    const name = /^ROLLBOOK\.(.+)$/i.exec(full)?.[1].toUpperCase();
    const found =
      name && (await functionsMetadata()).find((one) => one.name.toUpperCase() === name);
    const work = found && functions.get(found.id.toUpperCase());
    if (!work) return new CustomFunctionsError("#NAME?", `no function ${full}`);
    const given = split(inside).map((text) => (text === "" ? null : value(sheet, text, cell)));
    const parameters = found.parameters;
    if (given.length > parameters.length && !parameters.at(-1)?.repeating) {
      throw new Error(`${full} has too many arguments`);
    }
    const args = parameters.map((parameter, place) => {
      const argument = place < given.length ? given[place] : null;
      if (argument === null && !parameter.optional)
        throw new Error(`${full} needs ${parameter.name}`);
      if (parameter.repeating) return given.slice(place).map(matrix);
      return parameter.dimensionality === "matrix" && argument !== null
        ? matrix(argument)
        : argument;
    });
    return work(...args, {
      address: `${quoted(sheet.name)}!${addressOf({ top: row, left: column, rows: 1, columns: 1 })}`,
      functionName: found.id,
      isInValuePreview: false,
    });
  }

  const matrix = (argument) => (Array.isArray(argument) ? argument : [[argument]]);

  function split(inside) {
    const parts = [];
    let [depth, isText, part] = [0, false, ""];
    for (const letter of inside) {
      if (letter === '"') isText = !isText;
      if (!isText && letter === "(") depth += 1;
      if (!isText && letter === ")") depth -= 1;
      if (letter === "," && !isText && depth === 0) {
        parts.push(part.trim());
        part = "";
      } else part += letter;
    }
    return inside.trim() ? [...parts, part.trim()] : [];
  }

  function value(sheet, text, cell) {
    if (/^".*"$/s.test(text)) return text.slice(1, -1).replaceAll('""', '"');
    if (/^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
    if (text !== "" && !Number.isNaN(Number(text))) return Number(text);
    const reference =
      /^(?:('(?:[^']|'')+'|\w+)!)?(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(#?)$/i.exec(text);
    if (!reference) throw new CustomFunctionsError("#NAME?", `cannot read ${text}`);
    const named = reference[1]?.replace(/^'|'$/g, "").replaceAll("''", "'");
    const at = named === undefined ? sheet : sheetNamed(named);
    if (!at) throw new CustomFunctionsError("#REF!", `no sheet ${named}`);
    let rect = rectOf(reference[2]);
    if (reference[3]) rect = spillOf(at, rect) || rect;
    cell.reads.push({ sheet: at, rect });
    const values = valuesOf(at, rect, (one) => argumentOf(one));
    return rect.rows === 1 && rect.columns === 1 ? values[0][0] : values;
  }

  // An error in a cell reaches a function as a data type; an empty cell as "".
  function argumentOf(cell) {
    if (typeof cell.value === "string" && cell.error !== undefined) {
      return { type: "Error", errorType: "Value", basicType: "Error", basicValue: cell.value };
    }
    return cell.value;
  }

  function valuesOf(sheet, rect, take) {
    if (rect.rows * rect.columns > 5000000)
      throw badArgument("More than 5,000,000 cells are asked for");
    return Array.from({ length: rect.rows }, (_, down) =>
      Array.from({ length: rect.columns }, (_, right) => {
        const [row, column] = [rect.top + down, rect.left + right];
        return take(sheet.cell(row, column), row, column);
      }),
    );
  }

  function spillOf(sheet, rect) {
    const cell = sheet.cells.get(`${rect.top},${rect.left}`);
    if (!cell?.spill?.length) return null;
    const places = cell.spill.map((key) => key.split(",").map(Number));
    return {
      top: rect.top,
      left: rect.left,
      rows: Math.max(...places.map(([row]) => row)) - rect.top + 1,
      columns: Math.max(...places.map(([, column]) => column)) - rect.left + 1,
    };
  }

  class CustomFunctionsError extends Error {
    constructor(code, message = "") {
      super(message);
      if (typeof code !== "string") throw badArgument("CustomFunctions.Error needs a code");
      this.code = code;
    }
  }

  globalThis.CustomFunctions = {
    Error: CustomFunctionsError,
    ErrorCode: {
      divisionByZero: "#DIV/0!",
      invalidName: "#NAME?",
      invalidNumber: "#NUM!",
      invalidReference: "#REF!",
      invalidValue: "#VALUE!",
      notAvailable: "#N/A",
      nullReference: "#NULL!",
    },
    associate: (name, work) => functions.set(String(name).toUpperCase(), work),
  };

  // --- Events -----------------------------------------------------------------------------------

  const events = {
    calculated: new Set(),
    changed: new Set(),
    sorted: new Set(),
    selected: new Set(),
  };

  async function fire(handlers, event) {
    for (const handler of [...handlers]) await handler(event);
  }

  // --- Proxies ----------------------------------------------------------------------------------

  // What each kind of object has: `props` (loaded before they are read; [read] or [read, write]),
  // `objects` (parts that are objects), `methods` ({ returns, run }), and `items` for collections.
  const KINDS = {};

  class Core {
    constructor(kind, context, find) {
      Object.assign(this, {
        kind,
        context,
        find,
        loaded: new Map(),
        parts: new Map(),
        items: null,
      });
      this.model = undefined; // undefined: not looked up yet; null: there is none
    }

    resolve() {
      if (this.model === undefined) this.model = this.find();
      return this.model;
    }
  }

  const cores = new WeakMap();
  const coreOf = (proxy) => cores.get(proxy);

  function make(kind, context, find) {
    if (!KINDS[kind]) throw unknown(`kind of object ${kind}`);
    const core = new Core(kind, context, find);
    const proxy = new Proxy(
      {},
      { get: (_, name) => get(core, proxy, name), set: (_, name, given) => set(core, name, given) },
    );
    cores.set(proxy, core);
    core.proxy = proxy;
    return proxy;
  }

  function queuedObject(kind, context, find) {
    const proxy = make(kind, context, find);
    context.queue.push(() => coreOf(proxy).resolve());
    return proxy;
  }

  function get(core, proxy, name) {
    if (name === "then" || typeof name === "symbol") return undefined;
    if (name === "context") return core.context;
    if (name === "load") {
      return (paths) => {
        core.context.queue.push(() => load(core, pathsOf(paths)));
        return proxy;
      };
    }
    if (name === "isNullObject") {
      if (core.model === undefined) throw notLoaded(core, name);
      return core.model === null;
    }
    const spec = KINDS[core.kind];
    if (name === "items" && spec.items) {
      if (!core.items) throw notLoaded(core, name);
      return core.items;
    }
    if (spec.props?.[name]) {
      if (!core.loaded.has(name)) throw notLoaded(core, name);
      return core.loaded.get(name);
    }
    if (spec.objects?.[name]) return part(core, name);
    if (spec.methods?.[name]) return (...given) => call(core, name, given);
    throw unknown(`${core.kind}.${String(name)}`);
  }

  const notLoaded = (core, name) =>
    new OfficeError(
      "PropertyNotLoaded",
      `The property '${name}' of ${core.kind} is not available. Call load and context.sync() before reading it.`,
    );

  function set(core, name, given) {
    const property = KINDS[core.kind].props?.[name];
    if (!property?.[1]) throw unknown(`${core.kind}.${String(name)} to write to`);
    const copy = structuredCloneOf(given);
    core.context.queue.push(() => property[1](alive(core), copy));
    core.loaded.set(name, given);
    return true;
  }

  // Proxies cannot be cloned, and may be given (a range as the source of a list).
  const structuredCloneOf = (given) => {
    try {
      return structuredClone(given);
    } catch {
      return given;
    }
  };

  function alive(core) {
    const model = core.resolve();
    if (model === null) throw new OfficeError("ItemNotFound", `There is no such ${core.kind}`);
    return model;
  }

  function part(core, name) {
    if (!core.parts.has(name)) {
      const [kind, find] = KINDS[core.kind].objects[name];
      const child = make(kind, core.context, () => {
        const model = core.resolve();
        if (model === null)
          throw new OfficeError("ItemNotFound", `A part of a ${core.kind} that is none`);
        return find(model);
      });
      core.parts.set(name, child);
    }
    return core.parts.get(name);
  }

  function call(core, name, given) {
    const { returns, run } = KINDS[core.kind].methods[name];
    const plain = given.map((one) => {
      const other = typeof one === "object" && one !== null ? coreOf(one) : undefined;
      return other ? () => alive(other) : () => one;
    });
    const args = () => plain.map((one) => one());
    if (returns === "now") return run(core, ...given);
    if (!returns) {
      core.context.queue.push(() => run(alive(core), ...args()));
      return undefined;
    }
    return queuedObject(returns, core.context, () => {
      const model = core.resolve();
      if (model === null) {
        if (/OrNullObject/.test(name)) return null;
        throw new OfficeError("ItemNotFound", `There is no such ${core.kind}`);
      }
      const found = run(model, ...args());
      if ((found === null || found === undefined) && !/OrNullObject/.test(name)) {
        throw new OfficeError(
          "ItemNotFound",
          `${core.kind}.${name}(${given.join(", ")}) finds nothing`,
        );
      }
      return found ?? null;
    });
  }

  function pathsOf(paths) {
    const list = Array.isArray(paths) ? paths : String(paths ?? "").split(",");
    return list
      .map((path) => path.trim())
      .filter(Boolean)
      .map((path) => path.split("/"));
  }

  function load(core, paths) {
    const model = core.resolve();
    if (model === null) return;
    const spec = KINDS[core.kind];
    const forItems = [];
    if (paths.length === 0) paths = spec.items ? [["items"]] : [["*"]];
    for (const path of paths) {
      const [first, ...rest] = path;
      if (spec.items && !spec.props?.[first] && !spec.objects?.[first]) {
        forItems.push(first === "items" ? rest : path);
      } else if (first === "*") {
        for (const name of Object.keys(spec.props || {})) fetchProperty(core, name);
      } else if (spec.objects?.[first]) {
        load(coreOf(part(core, first)), rest.length ? [rest] : []);
      } else if (first === "isNullObject" || spec.tolerated?.includes(first)) {
        continue;
      } else fetchProperty(core, first);
    }
    if (forItems.length) loadItems(core, model, forItems);
  }

  function fetchProperty(core, name) {
    const property = KINDS[core.kind].props?.[name];
    if (!property) throw unknown(`${core.kind}.${name} to load`);
    core.loaded.set(name, structuredClone(property[0](core.model)));
  }

  function loadItems(core, model, paths) {
    const { kind, of } = KINDS[core.kind].items;
    const models = of(model);
    if (!kind && models.length) throw unknown(`items of ${core.kind}`);
    const before = new Map((core.items || []).map((item) => [coreOf(item).model, item]));
    core.items = models.map((one) => before.get(one) || make(kind, core.context, () => one));
    const wanted = paths.filter((path) => path.length);
    for (const item of core.items) load(coreOf(item), wanted);
  }

  class RequestContext {
    constructor() {
      this.queue = [];
      this.workbook = make("Workbook", this, () => book);
      this.application = this.workbook.application;
      // Asked for something the real context has and this one has not: say so.
      return new Proxy(this, {
        get(target, name) {
          if (name in target || typeof name === "symbol" || name === "then") return target[name];
          throw unknown(`RequestContext.${String(name)}`);
        },
      });
    }

    async sync(passed) {
      await new Promise((go) => setTimeout(go)); // the host is another process
      const queue = this.queue.splice(0);
      for (const step of queue) step();
      return passed;
    }
  }

  // --- Ranges -----------------------------------------------------------------------------------

  const rangeOf = (sheet, rect) => ({ sheet, ...rect });

  function eachCell(range, work) {
    for (let row = range.top; row < range.top + range.rows; row += 1) {
      for (let column = range.left; column < range.left + range.columns; column += 1) {
        work(row, column, row - range.top, column - range.left);
      }
    }
  }

  // What is written has the size of the range, or is one value for all of it.
  function fill(range, given, put) {
    const lines = Array.isArray(given) ? given : [[given]];
    const isOne = lines.length === 1 && lines[0].length === 1;
    if (
      !isOne &&
      (lines.length !== range.rows || lines.some((line) => line.length !== range.columns))
    ) {
      throw badArgument(
        `The array has ${lines.length} × ${lines[0]?.length} values, the range ${range.rows} × ${range.columns} cells`,
      );
    }
    const written = isOne ? within(range) : range;
    eachCell(written, (row, column, down, right) =>
      put(row, column, isOne ? lines[0][0] : lines[down][right]),
    );
  }

  // Whole rows, columns or sheets: only as far as something is written.
  function within(range) {
    if (range.rows < ROWS && range.columns < COLUMNS) return range;
    const used = range.sheet.used() || { top: 0, left: 0, rows: 1, columns: 1 };
    return {
      sheet: range.sheet,
      ...(intersection(range, used) || { top: 0, left: 0, rows: 0, columns: 0 }),
    };
  }

  function formatProperty(name, standard = null) {
    return [
      (range) => {
        const found = new Set();
        eachCell(within(range), (row, column) =>
          found.add(range.sheet.formats.get(`${row},${column}`)?.[name] ?? standard),
        );
        return found.size === 1 ? [...found][0] : null;
      },
      (range, given) => {
        if (range.sheet.isProtected) {
          throw new OfficeError("AccessDenied", "You can't perform the requested operation.");
        }
        eachCell(within(range), (row, column) => {
          range.sheet.format(row, column)[name] = given;
        });
      },
    ];
  }

  // Rectangles of the cells that pass, a column at a time.
  function areasWhere(range, passes) {
    const found = [];
    for (let column = range.left; column < range.left + range.columns; column += 1) {
      let start = null;
      for (let row = range.top; row <= range.top + range.rows; row += 1) {
        const isIn = row < range.top + range.rows && passes(row, column);
        if (isIn && start === null) start = row;
        if (!isIn && start !== null) {
          found.push(
            rangeOf(range.sheet, { top: start, left: column, rows: row - start, columns: 1 }),
          );
          start = null;
        }
      }
    }
    return found;
  }

  function visibleAreas(range) {
    const { sheet } = range;
    const shown = [];
    let start = null;
    const end = range.top + range.rows;
    for (let row = range.top; row <= end; row += 1) {
      const isIn = row < end && !sheet.hiddenRows.has(row);
      if (isIn && start === null) start = row;
      if (!isIn && start !== null) {
        shown.push(
          rangeOf(sheet, {
            top: start,
            left: range.left,
            rows: row - start,
            columns: range.columns,
          }),
        );
        start = null;
      }
    }
    return shown;
  }

  function specialCells(ranges, type) {
    const areas = ranges.flatMap((range) => {
      // Excel looks through the whole sheet when a single cell is asked.
      const isOne = ranges.length === 1 && range.rows === 1 && range.columns === 1;
      const used = range.sheet.used();
      const where = isOne && used ? rangeOf(range.sheet, used) : range;
      if (type === "Visible") return visibleAreas(where);
      if (type === "Formulas") {
        return areasWhere(within(where), (row, column) =>
          Boolean(range.sheet.cell(row, column).formula),
        );
      }
      throw unknown(`special cells of the type ${type}`);
    });
    return areas.length ? { areas } : null;
  }

  function clear(range, what = "All") {
    eachCell(within(range), (row, column) => {
      if (what !== "Formats") write(range.sheet, row, column, "");
      if (what !== "Contents") range.sheet.formats.delete(`${row},${column}`);
    });
  }

  // A formula whose references to rows of a sheet are others now; texts in it stay as they are.
  function withRows(formula, isMeant, row) {
    const reference = /"[^"]*"|(?:('(?:[^']|'')+'|\w+)!)?(\$?[A-Z]{1,3})(\$?)(\d+)(?![\w(])/gi;
    return formula.replace(reference, (whole, sheet, column, fixed, number) => {
      if (!column || !isMeant(sheet)) return whole;
      const before = sheet === undefined ? "" : `${sheet}!`;
      return `${before}${column}${fixed}${row(Number(number), fixed !== "")}`;
    });
  }

  // Sheet rows are put in: all that stands below moves down, and so does what refers to it.
  function insertRows({ sheet, top, rows, columns }, shift) {
    if (columns !== COLUMNS || shift !== "Down") throw unknown(`insert of ${columns} columns`);
    const moved = (row) => (row >= top ? row + rows : row);
    const movedKey = (key) => {
      const [row, column] = key.split(",").map(Number);
      return `${moved(row)},${column}`;
    };
    const grown = (rect) => {
      const bottom = moved(rect.top + rect.rows - 1);
      return { ...rect, top: moved(rect.top), rows: bottom - moved(rect.top) + 1 };
    };
    sheet.cells = new Map([...sheet.cells].map(([key, cell]) => [movedKey(key), cell]));
    sheet.formats = new Map([...sheet.formats].map(([key, one]) => [movedKey(key), one]));
    for (const [key, format] of [...sheet.formats]) {
      const [row, column] = key.split(",").map(Number);
      if (row !== top - 1) continue; // a new row looks like the one above
      for (let put = 0; put < rows; put += 1) {
        sheet.formats.set(`${top + put},${column}`, { ...format });
      }
    }
    sheet.hiddenRows = new Set([...sheet.hiddenRows].map(moved));
    sheet.merged = sheet.merged.map(grown);
    for (const table of sheet.tables) table.rect = grown(table.rect);
    for (const note of sheet.notes) note.at = addressOf(grown(rectOf(note.at)));
    for (const other of book.sheets) {
      const isMeant = (named) =>
        (named === undefined ? other : sheetNamed(named.replace(/^'|'$/g, ""))) === sheet;
      for (const cell of other.cells.values()) {
        if (cell.spill && other === sheet) cell.spill = cell.spill.map(movedKey);
        if (!cell.formula) continue;
        cell.formula = withRows(cell.formula, isMeant, (number) => moved(number - 1) + 1);
        for (const area of cell.reads || []) {
          if (area.sheet === sheet) area.rect = grown(area.rect);
        }
      }
    }
  }

  // What stands in a range is copied over a larger one, with references moved along.
  function fillFrom(range, destination, kind) {
    if (kind !== "FillCopy") throw unknown(`auto fill of the kind ${kind}`);
    if (range.rows !== 1 || !intersection(range, destination)) {
      throw badArgument("The destination must hold the range that is filled from");
    }
    eachCell(rangeOf(range.sheet, destination), (row, column) => {
      if (row === range.top) return;
      const cell = range.sheet.cell(range.top, column);
      const filled = withRows(
        cell.formula,
        () => true,
        (number, isFixed) => (isFixed ? number : number + row - range.top),
      );
      write(range.sheet, row, column, filled || cell.value);
    });
  }

  function spills(range) {
    const found = new Set();
    eachCell(within(range), (row, column) => {
      const cell = range.sheet.cell(row, column);
      found.add(Boolean(cell.filledBy || cell.spill?.length));
    });
    return found.size === 1 ? [...found][0] : null;
  }

  const full = (range) => `${quoted(range.sheet.name)}!${addressOf(range)}`;
  const readFormula = (cell) => cell.formula || cell.value;

  KINDS.Range = {
    props: {
      address: [full],
      rowIndex: [(range) => range.top],
      columnIndex: [(range) => range.left],
      rowCount: [(range) => range.rows],
      columnCount: [(range) => range.columns],
      cellCount: [(range) => range.rows * range.columns],
      values: [
        (range) => valuesOf(range.sheet, range, (cell) => cell.value),
        (range, given) =>
          fill(range, given, (row, column, one) => write(range.sheet, row, column, one)),
      ],
      formulas: [
        (range) => valuesOf(range.sheet, range, readFormula),
        (range, given) =>
          fill(range, given, (row, column, one) => write(range.sheet, row, column, one)),
      ],
      text: [(range) => valuesOf(range.sheet, range, (cell) => String(cell.value))],
      numberFormat: [
        (range) =>
          valuesOf(range.sheet, range, (_, row, column) => range.sheet.numberFormat(row, column)),
        (range, given) =>
          fill(range, given, (row, column, one) => {
            if (one !== null) range.sheet.format(row, column).numberFormat = one;
          }),
      ],
      hasSpill: [spills],
      rowHidden: [
        (range) => range.sheet.hiddenRows.has(range.top),
        (range, given) => {
          for (let row = range.top; row < range.top + range.rows; row += 1) {
            if (given) range.sheet.hiddenRows.add(row);
            else range.sheet.hiddenRows.delete(row);
          }
        },
      ],
      hyperlink: formatProperty("hyperlink"),
      left: [(range) => range.left * 48],
      top: [(range) => range.top * 15],
    },
    objects: {
      format: ["RangeFormat", (range) => range],
      worksheet: ["Worksheet", (range) => range.sheet],
    },
    methods: {
      getCell: {
        returns: "Range",
        run: (range, row, column) =>
          rangeOf(range.sheet, {
            top: range.top + row,
            left: range.left + column,
            rows: 1,
            columns: 1,
          }),
      },
      getEntireRow: {
        returns: "Range",
        run: (range) => rangeOf(range.sheet, { ...range, left: 0, columns: COLUMNS }),
      },
      getEntireColumn: {
        returns: "Range",
        run: (range) => rangeOf(range.sheet, { ...range, top: 0, rows: ROWS }),
      },
      getOffsetRange: {
        returns: "Range",
        run: (range, down, right) =>
          rangeOf(range.sheet, { ...range, top: range.top + down, left: range.left + right }),
      },
      getSpecialCellsOrNullObject: {
        returns: "RangeAreas",
        run: (range, type) => specialCells([range], type),
      },
      getSpillingToRangeOrNullObject: {
        returns: "Range",
        run: (range) => {
          const rect = spillOf(range.sheet, range);
          return rect && rangeOf(range.sheet, rect);
        },
      },
      getMergedAreasOrNullObject: {
        returns: "RangeAreas",
        run: (range) => {
          const areas = range.sheet.merged.filter((rect) => intersection(range, rect));
          return areas.length ? { areas: areas.map((rect) => rangeOf(range.sheet, rect)) } : null;
        },
      },
      merge: {
        run: ({ sheet, top, left, rows, columns }) =>
          sheet.merged.push({ top, left, rows, columns }),
      },
      unmerge: {
        run: (range) => {
          range.sheet.merged = range.sheet.merged.filter((rect) => !intersection(range, rect));
        },
      },
      clear: { run: clear },
      insert: {
        returns: "Range",
        run: (range, shift) => {
          insertRows(range, shift);
          return rangeOf(range.sheet, range);
        },
      },
      autoFill: {
        run: (range, destination, kind) =>
          fillFrom(range, destination.sheet ? destination : rectOf(local(destination)), kind),
      },
      select: {
        run: (range) => {
          book.active = range.sheet;
          book.selection = [rangeOf(range.sheet, range)];
        },
      },
    },
  };

  KINDS.RangeFormat = {
    props: {
      columnWidth: [
        (range) => range.sheet.widths.get(range.left) ?? 48,
        (range, given) => {
          for (let column = range.left; column < range.left + range.columns; column += 1) {
            range.sheet.widths.set(column, given);
          }
        },
      ],
      rowHeight: formatProperty("rowHeight", 15),
      wrapText: formatProperty("wrapText", false),
      horizontalAlignment: formatProperty("horizontalAlignment", "General"),
      verticalAlignment: formatProperty("verticalAlignment", "Bottom"),
    },
    objects: { fill: ["RangeFill", (range) => range], font: ["RangeFont", (range) => range] },
    methods: {
      autofitColumns: {
        run: (range) => {
          const { left, columns } = within(range);
          for (let column = left; column < left + columns; column += 1)
            range.sheet.fitted.add(column);
        },
      },
      autofitRows: { run: () => {} },
      adjustIndent: { run: () => {} },
    },
  };

  KINDS.RangeFill = {
    props: { color: formatProperty("fill", "#FFFFFF") },
    methods: { clear: { run: (range) => formatProperty("fill")[1](range, null) } },
  };

  KINDS.RangeFont = {
    props: {
      bold: formatProperty("bold", false),
      italic: formatProperty("italic", false),
      size: formatProperty("size", 11),
      color: formatProperty("fontColor", "#000000"),
      name: formatProperty("font", "Calibri"),
    },
  };

  KINDS.RangeAreas = {
    props: {
      address: [(model) => model.areas.map(full).join(",")],
      areaCount: [(model) => model.areas.length],
      cellCount: [(model) => model.areas.reduce((sum, one) => sum + one.rows * one.columns, 0)],
    },
    objects: { areas: ["RangeCollection", (model) => model.areas] },
    methods: {
      getSpecialCellsOrNullObject: {
        returns: "RangeAreas",
        run: (model, type) => specialCells(model.areas, type),
      },
      clear: { run: (model, what) => model.areas.forEach((range) => clear(range, what)) },
    },
  };

  KINDS.RangeCollection = { items: { kind: "Range", of: (areas) => areas } };

  // --- Workbook, sheets, tables -----------------------------------------------------------------

  function move(list, one, place) {
    list.splice(list.indexOf(one), 1);
    list.splice(place, 0, one);
  }

  const event = (handlers) => ({
    returns: "now",
    run: (core, handler) => listen(core.context, handlers, handler),
  });

  function listen(context, handlers, handler) {
    context.queue.push(() => handlers.add(handler));
    return { context, remove: () => context.queue.push(() => handlers.delete(handler)) };
  }

  KINDS.Workbook = {
    props: { name: [(model) => model.name] },
    objects: {
      worksheets: ["WorksheetCollection", (model) => model],
      names: ["NamedItemCollection", (model) => model],
      application: ["Application", (model) => model],
      comments: ["CommentCollection", (model) => model],
    },
    methods: {
      getSelectedRange: {
        returns: "Range",
        run: (model) => {
          if (model.selection.length !== 1)
            throw new OfficeError(
              "InvalidSelection",
              "The current selection is invalid for this operation.",
            );
          return model.selection[0];
        },
      },
      getSelectedRanges: {
        returns: "RangeAreas",
        run: (model) => {
          if (model.selection.length === 0)
            throw new OfficeError(
              "InvalidSelection",
              "The current selection is invalid for this operation.",
            );
          return { areas: model.selection };
        },
      },
      save: {
        run: (model) => {
          model.saved += 1;
        },
      },
    },
  };

  KINDS.Application = {
    props: {
      calculationMode: [
        (model) => model.calculationMode,
        (model, given) => {
          model.calculationMode = given;
        },
      ],
    },
    objects: { cultureInfo: ["CultureInfo", () => ({})] },
    methods: {
      calculate: {
        run: (model) => {
          for (const sheet of model.sheets) {
            for (const [key, cell] of sheet.cells) {
              if (cell.formula) calculate(sheet, ...key.split(",").map(Number), cell);
            }
          }
        },
      },
      suspendScreenUpdatingUntilNextSync: { run: () => {} },
    },
  };

  KINDS.CultureInfo = {
    props: { name: [() => "en-GB"] },
    objects: { datetimeFormat: ["DatetimeFormat", () => ({})] },
  };
  KINDS.DatetimeFormat = { props: { shortDatePattern: [() => "dd/MM/yyyy"] } };

  KINDS.WorksheetCollection = {
    items: { kind: "Worksheet", of: (model) => [...model.sheets] },
    objects: {
      onCalculated: ["CalculatedEvent", (model) => model],
      onChanged: ["ChangedEvent", (model) => model],
      onRowSorted: ["SortedEvent", (model) => model],
    },
    methods: {
      getItem: { returns: "Worksheet", run: (_, name) => sheetNamed(name) || sheetById(name) },
      getItemOrNullObject: {
        returns: "Worksheet",
        run: (_, name) => sheetNamed(name) || sheetById(name),
      },
      getActiveWorksheet: { returns: "Worksheet", run: (model) => model.active },
      add: { returns: "Worksheet", run: (_, name) => addSheet(name) },
    },
  };
  const sheetById = (id) => book.sheets.find((sheet) => sheet.id === id) || null;
  KINDS.CalculatedEvent = { methods: { add: event(events.calculated) } };
  KINDS.ChangedEvent = { methods: { add: event(events.changed) } };
  KINDS.SortedEvent = { methods: { add: event(events.sorted) } };
  KINDS.SelectedEvent = { methods: { add: event(events.selected) } };

  const plain = (name) => [
    (model) => model[name],
    (model, given) => {
      model[name] = given;
    },
  ];
  const whole = (sheet) => rangeOf(sheet, { top: 0, left: 0, rows: ROWS, columns: COLUMNS });

  KINDS.Worksheet = {
    props: {
      id: [(sheet) => sheet.id],
      name: [
        (sheet) => sheet.name,
        (sheet, given) => {
          const taken = sheetNamed(given);
          if (taken && taken !== sheet)
            throw new OfficeError("ItemAlreadyExists", `“${given}” is there`);
          sheet.name = given;
        },
      ],
      position: [
        (sheet) => book.sheets.indexOf(sheet),
        (sheet, given) => move(book.sheets, sheet, given),
      ],
      visibility: plain("visibility"),
      showGridlines: plain("showGridlines"),
      tabColor: plain("tabColor"),
    },
    objects: {
      names: ["NamedItemCollection", (sheet) => sheet],
      tables: ["TableCollection", (sheet) => sheet],
      notes: ["NoteCollection", (sheet) => sheet],
      shapes: ["ShapeCollection", (sheet) => sheet],
      charts: ["ChartCollection", (sheet) => sheet],
      pivotTables: ["PivotTableCollection", (sheet) => sheet],
      pageLayout: ["PageLayout", (sheet) => sheet],
      freezePanes: ["FreezePanes", (sheet) => sheet],
      protection: ["Protection", (sheet) => sheet],
      onSelectionChanged: ["SelectedEvent", (sheet) => sheet],
    },
    methods: {
      getRange: {
        returns: "Range",
        run: (sheet, address) => (address ? rangeOf(sheet, rectOf(local(address))) : whole(sheet)),
      },
      getRanges: {
        returns: "RangeAreas",
        run: (sheet, addresses) => ({
          areas: addresses
            ? addresses.split(",").map((one) => rangeOf(sheet, rectOf(local(one))))
            : [whole(sheet)],
        }),
      },
      getRangeByIndexes: {
        returns: "Range",
        run: (sheet, top, left, rows, columns) => {
          if (![top, left, rows, columns].every(Number.isInteger) || rows < 1 || columns < 1) {
            throw badArgument(`There is no range ${top}, ${left}, ${rows}, ${columns}`);
          }
          return rangeOf(sheet, { top, left, rows, columns });
        },
      },
      getUsedRange: {
        returns: "Range",
        run: (sheet) => rangeOf(sheet, sheet.used() || { top: 0, left: 0, rows: 1, columns: 1 }),
      },
      getUsedRangeOrNullObject: {
        returns: "Range",
        run: (sheet) => (sheet.used() ? rangeOf(sheet, sheet.used()) : null),
      },
      activate: {
        run: (sheet) => {
          if (book.active === sheet) return;
          book.active = sheet;
          book.selection = [rangeOf(sheet, rectOf("A1"))];
        },
      },
      delete: {
        run: (sheet) => {
          book.sheets.splice(book.sheets.indexOf(sheet), 1);
        },
      },
    },
  };
  const local = (address) => String(address).slice(String(address).lastIndexOf("!") + 1);

  KINDS.PageLayout = {
    methods: {
      getPrintAreaOrNullObject: {
        returns: "RangeAreas",
        run: (sheet) =>
          sheet.printArea && {
            areas: sheet.printArea.split(",").map((one) => rangeOf(sheet, rectOf(one))),
          },
      },
      setPrintArea: {
        run: (sheet, address) => {
          sheet.printArea = address || null;
        },
      },
    },
  };
  KINDS.FreezePanes = {
    methods: {
      freezeAt: {
        run: (sheet, range) => {
          sheet.frozen = addressOf(range.sheet ? range : rectOf(range));
        },
      },
      freezeRows: {
        run: (sheet, count) => {
          sheet.frozen = `1:${count}`;
        },
      },
      unfreeze: {
        run: (sheet) => {
          sheet.frozen = null;
        },
      },
    },
  };
  KINDS.Protection = { props: { protected: [(sheet) => sheet.isProtected] } };

  KINDS.NamedItemCollection = {
    items: { kind: "NamedItem", of: (scope) => scope.names },
    methods: {
      getItemOrNullObject: {
        returns: "NamedItem",
        run: (scope, name) => scope.names.find((one) => one.name === name),
      },
      add: {
        returns: "NamedItem",
        run: (scope, name, refersTo) => {
          const formula = typeof refersTo === "string" ? refersTo : `=${full(refersTo)}`;
          const item = { name, type: "Range", formula };
          scope.names.push(item);
          return item;
        },
      },
    },
  };
  KINDS.NamedItem = {
    props: { name: plain("name"), type: plain("type"), formula: plain("formula") },
    methods: {
      getRangeOrNullObject: {
        returns: "Range",
        run: (item) => {
          const found = /^=(.+)!([$A-Z0-9:]+)$/.exec(item.formula);
          const sheet = found && sheetNamed(found[1].replace(/^'|'$/g, "").replaceAll("''", "'"));
          return sheet ? rangeOf(sheet, rectOf(found[2])) : null;
        },
      },
      delete: {
        run: (item) => {
          for (const scope of [book, ...book.sheets])
            scope.names = scope.names.filter((one) => one !== item);
        },
      },
    },
  };

  const tableRange = (table, top = 0, rows = table.rect.rows) =>
    rows > 0 ? rangeOf(table.sheet, { ...table.rect, top: table.rect.top + top, rows }) : null;

  KINDS.TableCollection = {
    items: { kind: "Table", of: (sheet) => sheet.tables },
    methods: {
      getItemOrNullObject: {
        returns: "Table",
        run: (sheet, name) => sheet.tables.find((one) => one.name === name),
      },
      add: {
        returns: "Table",
        run: (sheet, range, hasHeaders) =>
          addTable(sheet, range.sheet ? range : rectOf(local(range)), hasHeaders),
      },
    },
  };
  function addTable(sheet, rect, showHeaders = true, name = `Table${(ids += 1)}`) {
    const { top, left, rows, columns } = rect;
    const table = {
      sheet,
      name,
      rect: { top, left, rows, columns },
      showHeaders,
      showTotals: false,
      style: "TableStyleMedium2",
      showFilterButton: true,
      highlightFirstColumn: false,
      highlightLastColumn: false,
      showBandedRows: true,
      showBandedColumns: false,
    };
    sheet.tables.push(table);
    return table;
  }
  KINDS.Table = {
    tolerated: ["dataBodyRange"], // xlwings' client asks for it, and Excel lets it pass
    props: Object.fromEntries(
      [
        "name",
        "showHeaders",
        "showTotals",
        "style",
        "showFilterButton",
        "highlightFirstColumn",
        "highlightLastColumn",
        "showBandedRows",
        "showBandedColumns",
      ].map((name) => [name, plain(name)]),
    ),
    objects: {
      columns: ["TableColumnCollection", (table) => table],
      worksheet: ["Worksheet", (table) => table.sheet],
    },
    methods: {
      getRange: { returns: "Range", run: (table) => tableRange(table) },
      getHeaderRowRange: { returns: "Range", run: (table) => tableRange(table, 0, 1) },
      getDataBodyRange: {
        returns: "Range",
        run: (table) =>
          tableRange(
            table,
            table.showHeaders ? 1 : 0,
            table.rect.rows - (table.showHeaders ? 1 : 0) - (table.showTotals ? 1 : 0),
          ),
      },
      getTotalRowRange: {
        returns: "Range",
        run: (table) => tableRange(table, table.rect.rows - 1, 1),
      },
      resize: {
        run: (table, range) => {
          const { top, left, rows, columns } = range.sheet ? range : rectOf(local(range));
          table.rect = { top, left, rows, columns };
        },
      },
    },
  };
  KINDS.TableColumnCollection = {
    items: {
      kind: "TableColumn",
      of: (table) =>
        Array.from({ length: table.rect.columns }, (_, place) => ({
          name: String(table.sheet.cell(table.rect.top, table.rect.left + place).value),
        })),
    },
  };
  KINDS.TableColumn = { props: { name: plain("name") } };

  KINDS.NoteCollection = {
    items: { kind: "Note", of: (sheet) => sheet.notes },
    methods: {
      getItemOrNullObject: {
        returns: "Note",
        run: (sheet, address) => sheet.notes.find((one) => one.at === local(address)),
      },
      add: {
        returns: "Note",
        run: (sheet, address, content) => {
          const note = { sheet, at: local(address), content };
          sheet.notes.push(note);
          return note;
        },
      },
    },
  };
  KINDS.Note = {
    props: { content: plain("content"), authorName: [() => "Clerk"] },
    methods: {
      getLocation: { returns: "Range", run: (note) => rangeOf(note.sheet, rectOf(note.at)) },
      delete: {
        run: (note) => {
          note.sheet.notes = note.sheet.notes.filter((one) => one !== note);
        },
      },
    },
  };

  // There are none of these in the stand-in; asking for them gives empty lists.
  KINDS.ShapeCollection = { items: { kind: null, of: (sheet) => sheet.shapes } };
  KINDS.ChartCollection = { items: { kind: null, of: (sheet) => sheet.charts } };
  KINDS.PivotTableCollection = { items: { kind: null, of: (sheet) => sheet.pivotTables } };
  KINDS.CommentCollection = { items: { kind: null, of: (model) => model.comments } };

  // --- Excel and Office -------------------------------------------------------------------------

  const enumeration = (name, members) =>
    new Proxy(members, {
      get(target, member) {
        if (member in target || typeof member === "symbol") return target[member];
        throw unknown(`Excel.${name}.${String(member)}`);
      },
    });

  const closed = (name, members) =>
    new Proxy(members, {
      get(target, member) {
        if (member in target || typeof member === "symbol" || member === "then")
          return target[member];
        throw unknown(`${name}.${String(member)}`);
      },
    });

  globalThis.Excel = closed("Excel", {
    RequestContext,
    async run(...given) {
      const work = given.at(-1);
      const reused = given.length > 1 && given[0]?.sync ? given[0] : null;
      if (host.typingIn && !given[0]?.delayForCellEdit) {
        throw new OfficeError("InvalidOperationInCellEditMode", "Excel is in cell-editing mode.");
      }
      const context = reused || new RequestContext();
      const result = await work(context);
      await context.sync();
      return result;
    },
    SpecialCellType: enumeration("SpecialCellType", {
      visible: "Visible",
      formulas: "Formulas",
      constants: "Constants",
    }),
    ClearApplyTo: enumeration("ClearApplyTo", {
      all: "All",
      contents: "Contents",
      formats: "Formats",
    }),
    InsertShiftDirection: enumeration("InsertShiftDirection", { down: "Down", right: "Right" }),
    ShapeType: enumeration("ShapeType", { image: "Image" }),
    CalculationType: enumeration("CalculationType", { full: "Full" }),
    SaveBehavior: enumeration("SaveBehavior", { save: "Save", prompt: "Prompt" }),
  });

  const actions = new Map();
  const supported = {
    ExcelApi: 18,
    SharedRuntime: 2,
    CustomFunctionsRuntime: 4,
    DialogApi: 2,
    RibbonApi: 2,
    OpenBrowserWindowApi: 1,
  };
  const ready = Promise.resolve({ host: "Excel", platform: "PC" });

  globalThis.Office = closed("Office", {
    HostType: { Excel: "Excel" },
    PlatformType: { PC: "PC", Mac: "Mac", OfficeOnline: "OfficeOnline" },
    AsyncResultStatus: { Succeeded: "succeeded", Failed: "failed" },
    EventType: {
      DialogMessageReceived: "dialogMessageReceived",
      DialogEventReceived: "dialogEventReceived",
    },
    onReady: (callback) =>
      ready.then((info) => {
        callback?.(info);
        return info;
      }),
    actions: closed("Office.actions", { associate: (id, handler) => actions.set(id, handler) }),
    addin: closed("Office.addin", {
      showAsTaskpane: async () => {
        host.paneShown += 1;
      },
      hide: async () => {},
    }),
    auth: closed("Office.auth", { getAccessToken: async () => host.accessToken }),
    context: closed("Office.context", {
      platform: "PC",
      get officeTheme() {
        return { bodyBackgroundColor: host.background, bodyForegroundColor: "#000000" };
      },
      diagnostics: { version: "16.0.20308.15050", platform: "PC", host: "Excel" },
      get document() {
        return { url: book.path };
      },
      requirements: {
        isSetSupported: (name, version = "1.1") => {
          const known = Object.keys(supported).find(
            (one) => one.toLowerCase() === name.toLowerCase(),
          );
          return known !== undefined && Number(version.split(".")[1]) <= host.supports(known);
        },
      },
      ui: closed("Office.context.ui", {
        displayDialogAsync: (address) => host.dialogs.push(address),
        openBrowserWindow: (address) => host.windows.push(address),
      }),
    }),
  });

  // --- For the tests ----------------------------------------------------------------------------

  const host = (globalThis.excelHost = {
    paneShown: 0,
    dialogs: [],
    windows: [],
    typingIn: false,
    background: globalThis.excelBackground || "#FFFFFF", // nearly black in Excel's dark theme
    accessToken: "",
    supports: (name) => supported[name],
    limitTo: (name, version) => {
      supported[name] = version;
    },
    actions: () => [...actions.keys()],
    functions: () => [...functions.keys()],

    // { name, path, sheets: { title: rows }, active, formats: { title: { "A1:B2": format } },
    //   tables: { title: { name: address } }, merged: { title: [address] } }; a text that begins with "=" is a formula.
    open(given) {
      Object.assign(book, { sheets: [], names: [], selection: [], saved: 0 });
      book.name = given.name || "Tracker.xlsx";
      book.path = given.path || "";
      for (const [title, rows] of Object.entries(given.sheets)) {
        const sheet = addSheet(title);
        for (const [address, format] of Object.entries(given.formats?.[title] || {})) {
          eachCell(rectOf(address), (row, column) => {
            sheet.format(row, column).numberFormat = format;
          });
        }
        rows.forEach((cells, row) => cells.forEach((one, column) => put(sheet, row, column, one)));
        sheet.merged = (given.merged?.[title] || []).map(rectOf);
        for (const [name, address] of Object.entries(given.tables?.[title] || {})) {
          addTable(sheet, rectOf(address), true, name);
        }
      }
      book.active = book.sheets[given.active || 0];
      book.selection = [rangeOf(book.active, rectOf("A1"))];
    },
    sheets: () => book.sheets.map((sheet) => sheet.name),
    activeSheet: () => book.active.name,
    activate(name) {
      book.active = sheetNamed(name);
      book.selection = [rangeOf(book.active, rectOf("A1"))];
    },
    select(addresses) {
      book.selection = addresses.split(",").map((one) => rangeOf(book.active, rectOf(one)));
    },
    cell(address, name) {
      const sheet = name ? sheetNamed(name) : book.active;
      const { top, left } = rectOf(address);
      const { value, formula, error, isText } = sheet.cell(top, left);
      const format = sheet.formats.get(`${top},${left}`) || {};
      return {
        value,
        formula,
        error: error ?? null,
        isText: Boolean(isText),
        format: { ...format },
      };
    },
    values(name) {
      const sheet = name ? sheetNamed(name) : book.active;
      const used = sheet.used();
      return used ? valuesOf(sheet, used, (cell) => cell.value) : [];
    },
    sheet(name) {
      const { frozen, fitted, printArea, visibility } = sheetNamed(name);
      return { frozen, fitted: [...fitted], printArea, visibility };
    },
    async type(address, text, name) {
      const sheet = name ? sheetNamed(name) : book.active;
      const { top, left } = rectOf(address);
      write(sheet, top, left, text);
      await fire(events.changed, { worksheetId: sheet.id, address });
      await host.settled();
    },
    hideRows(rows) {
      book.active.hiddenRows = new Set(rows.map((row) => row - 1));
    },
    protect(name) {
      sheetNamed(name).isProtected = true;
    },
    rename(name, other) {
      sheetNamed(name).name = other;
    },
    settled: () =>
      new Promise((go) => setTimeout(() => (calculating === 0 ? go() : settledWaiters.push(go)))),
    // Presses a button of the ribbon; Excel takes no second one before completed() is called.
    async press(id) {
      const handler = actions.get(id);
      if (!handler) throw unknown(`function ${id} associated with a button`);
      let completed = 0;
      const end = await handler({
        source: { id: `Rollbook.${id}` },
        completed: () => {
          completed += 1;
        },
      });
      if (completed !== 1) throw new Error(`completed() was called ${completed} times`);
      return end ?? null;
    },
  });

  function put(sheet, row, column, one) {
    if (one === null || one === "") return;
    if (typeof one === "string" && one.startsWith("=")) return write(sheet, row, column, one);
    sheet.cells.set(`${row},${column}`, { value: one, formula: "" });
  }

  host.open({ sheets: { Sheet1: [] } });
  // Excel knows the functions from the add-in's installation, not from the first call.
  document.addEventListener("DOMContentLoaded", () => functionsMetadata().catch(console.error));
})();
