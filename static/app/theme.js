/* Runs before the first paint, so the page never flashes in the wrong colours or row height.
   A classic script on purpose: modules wait for the document. */
(function () {
  var root = document.documentElement;
  root.dataset.scripts = "";
  try {
    var theme = localStorage.getItem("munim.theme");
    var density = localStorage.getItem("munim.density");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (density === "touch" || density === "comfortable" || density === "compact") root.dataset.density = density;
  } catch (refused) {
    /* Storage is shut on this device: the device's own theme and row height stand. */
  }
})();
