// Who is asking. xlwings' client calls getAuth() before every request; so do our ribbon and pane.
// How one signs in is the server's to say (/sign-in/how): not at all on the office's own computer,
// with a token, or with Microsoft's sign-in (Entra ID).
(function () {
  const rollbook = (globalThis.rollbook = globalThis.rollbook || {});
  const KEPT_AS = "rollbook.token";
  const NOBODY = { token: "", provider: "" };
  let how = null;
  let kept = ""; // where the browser keeps nothing for us, the token lasts as long as the pane

  function readToken() {
    try {
      return localStorage.getItem(KEPT_AS) || "";
    } catch {
      return kept;
    }
  }

  function keepToken(token) {
    kept = token;
    try {
      if (token) localStorage.setItem(KEPT_AS, token);
      else localStorage.removeItem(KEPT_AS);
    } catch {
      // kept in this page only
    }
  }

  // "none", "token" or "entraid"; "" while the server cannot be reached, and asked again then.
  rollbook.howToSignIn = async function () {
    if (how) return how;
    try {
      const answer = await fetch(rollbook.address("/sign-in/how"));
      if (answer.ok) how = (await answer.json()).how;
    } catch {
      return "";
    }
    return how || "";
  };

  // The page's own server, under the path it is served at.
  rollbook.address = function (path) {
    const element = document.getElementById("config");
    const appPath = element ? JSON.parse(element.textContent).appPath || "" : "";
    return location.origin + appPath + path;
  };

  globalThis.getAuth = async function () {
    const way = await rollbook.howToSignIn();
    if (way === "token") return { token: readToken(), provider: "custom" };
    if (way === "entraid") return { token: await xlwings.getAccessToken(), provider: "entraid" };
    return NOBODY;
  };

  rollbook.authHeaders = async function () {
    const { token, provider } = await globalThis.getAuth();
    return token ? { Authorization: token, "Auth-Provider": provider } : {};
  };

  rollbook.signIn = (token) => keepToken(String(token).trim());
  rollbook.signOut = () => keepToken("");
})();
