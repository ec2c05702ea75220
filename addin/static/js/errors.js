// Errors in single cells. A function of ours answers {"type": "Error", "basicValue", "reason"} in
// the row that cannot be answered; Excel wants an error object there, and shows the reason when the
// clerk points at the cell. Loaded before the functions, whose registration it wraps.
(function () {
  function isError(cell) {
    return cell !== null && typeof cell === "object" && cell.type === "Error";
  }

  function asExcels(cell) {
    if (!isError(cell)) return cell;
    const reason = String(cell.reason || "");
    const { Error: ExcelsError, ErrorCode } = globalThis.CustomFunctions;
    if (!ExcelsError) return `${cell.basicValue} ${reason}`; // Excel before 2021
    const code = cell.basicValue === "#N/A" ? ErrorCode.notAvailable : ErrorCode.invalidValue;
    return new ExcelsError(code, reason);
  }

  function withErrors(answer) {
    if (!Array.isArray(answer)) return asExcels(answer);
    return answer.map((row) => (Array.isArray(row) ? row.map(asExcels) : asExcels(row)));
  }

  // What a function throws is shown for all of its cells. xlwings' client says what went wrong on
  // the way in its own words; the commonest gets ours.
  function inOurWords(fault) {
    const { Error: ExcelsError, ErrorCode } = globalThis.CustomFunctions;
    if (!ExcelsError || !/Network error/.test(fault?.message || "")) return fault;
    return new ExcelsError(
      ErrorCode.invalidValue,
      `Rollbook is not running on ${location.host}. Start it there (rollbook serve), then press ` +
        "Ctrl+Alt+F9 in Excel.",
    );
  }

  const associate = globalThis.CustomFunctions.associate.bind(globalThis.CustomFunctions);
  globalThis.CustomFunctions.associate = function (name, work) {
    associate(name, async (...given) => {
      try {
        return withErrors(await work(...given));
      } catch (fault) {
        throw inOurWords(fault);
      }
    });
  };
})();
