"use strict";
(() => {
  const all = () => Array.from(document.querySelectorAll("details"));
  const reveal = () => {
    const id = location.hash.slice(1);
    const target = id && document.getElementById(id);
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
  };
  let closed = [];
  addEventListener("hashchange", reveal);
  addEventListener("beforeprint", () => { closed = all().filter((one) => !one.open); closed.forEach((one) => { one.open = true; }); });
  addEventListener("afterprint", () => { closed.forEach((one) => { one.open = false; }); });
  for (const button of document.querySelectorAll("button[data-opens]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const inside = Array.from(document.querySelectorAll(`#${button.dataset.opens} details`));
      const open = inside.some((one) => !one.open);
      inside.forEach((one) => { one.open = open; });
      button.setAttribute("aria-expanded", String(open));
    });
  }
  reveal();
})();
