/* Keys pressed before the page's scripts run are kept for them: keys_kept.js presses them then. A classic script on purpose: modules wait
   for the document. What is typed is not kept. */
(function () {
  var kept = [];
  function keep(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || /^F\d/.test(event.key)) kept.push(event);
  }
  document.addEventListener("keydown", keep);
  window.munimEarlyKeys = function () {
    document.removeEventListener("keydown", keep);
    return kept;
  };
})();
