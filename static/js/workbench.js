// The coder's bench by keyboard: search, arrows, Enter; the note's words light up with their code.
(() => {
    const form = document.querySelector("[data-bench]");
    if (!form) return;
    const byId = (id) => document.getElementById(id);
    const hits = () => [...document.querySelectorAll("[data-hit]")];
    const isField = (target) => target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    // What was refused stands on the page unsaved.
    let changed = Boolean(document.querySelector(".error-summary"));

    const toLines = () => {
        const inputs = [...document.querySelectorAll(".bench-procedure input")];
        (inputs.find((input) => !input.value) || inputs[inputs.length - 1])?.focus();
    };

    // Letters outside the fields, as everywhere; the frame does e, n and u.
    const letters = { d: () => byId("dx-search")?.focus(), l: toLines, a: () => byId("add-line")?.click() };

    const walk = (event) => {
        const all = hits();
        const at = all.indexOf(document.activeElement);
        const inSearch = document.activeElement?.id === "dx-search";
        if (!all.length || (at < 0 && !inSearch)) return;
        event.preventDefault();
        const next = at + (event.key === "ArrowDown" ? 1 : -1);
        (next < 0 ? byId("dx-search") : all[Math.min(next, all.length - 1)]).focus();
    };

    const reorder = (event) => {
        const row = document.activeElement?.closest("[data-diagnosis]");
        if (!row) return;
        event.preventDefault();
        row.querySelector(event.key === "ArrowUp" ? "[data-up]" : "[data-down]")?.click();
    };

    document.addEventListener("keydown", (event) => {
        const command = event.ctrlKey || event.metaKey;
        if (command && event.key === "Enter") {
            event.preventDefault();
            document.querySelector("[data-sign]")?.click();
        } else if (command && event.key.toLowerCase() === "s") {
            event.preventDefault();
            document.querySelector("[data-save]")?.click();
        } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
            reorder(event);
        } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
            walk(event);
        } else if (event.key === "Enter" && isField(event.target) && form.contains(event.target) && event.target.tagName === "INPUT") {
            // Enter in a field signs nothing: in the search it takes the first match.
            event.preventDefault();
            if (event.target.id === "dx-search") hits()[0]?.click();
        } else if (event.key === "Escape" && event.target.id === "dx-search") {
            event.target.value = "";
            byId("dx-hits").replaceChildren();
        } else if (!command && !event.altKey && !isField(event.target) && !document.querySelector("dialog[open]") && letters[event.key]) {
            event.preventDefault();
            letters[event.key]();
        }
    });

    const light = (code) => {
        document.querySelectorAll("mark[data-codes]").forEach((mark) => {
            mark.classList.toggle("mark-now", Boolean(code) && mark.dataset.codes.split(" ").includes(code));
        });
    };
    const supporting = (event) => (event.target instanceof Element ? event.target.closest("[data-supports]") : null);
    ["mouseover", "focusin"].forEach((kind) => {
        form.addEventListener(kind, (event) => light(supporting(event)?.dataset.supports));
    });

    form.addEventListener("input", (event) => { if (event.target.id !== "dx-search") changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    document.addEventListener("htmx:afterSwap", (event) => {
        if (event.detail.target.id !== "bench") return;
        changed = true;
        byId(event.detail.target.querySelector("[data-focus-on]")?.dataset.focusOn)?.focus();
    });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();
