// A queue by keyboard: j and k move, Enter opens, x ticks; the preview follows.
(() => {
    const rows = () => [...document.querySelectorAll("[data-row]")];
    let current = -1;

    const preview = (row) => {
        const pane = document.getElementById("preview");
        if (pane && row.dataset.preview && pane.offsetParent !== null) {
            window.htmx.ajax("GET", row.dataset.preview, { target: "#preview", swap: "innerHTML" });
        }
    };

    const choose = (index) => {
        const all = rows();
        if (!all.length) return;
        current = Math.max(0, Math.min(index, all.length - 1));
        all.forEach((row, place) => { row.classList.toggle("rows-current", place === current); });
        const row = all[current];
        row.querySelector(".rows-link")?.focus({ preventScroll: true });
        row.scrollIntoView({ block: "nearest" });
        preview(row);
    };

    const count = () => {
        const ticked = document.querySelectorAll("[name=selected]:checked").length;
        const said = document.querySelector("[data-bulk-count]");
        if (said) said.textContent = ticked ? `${ticked} ticked` : "Nothing ticked";
    };

    document.addEventListener("keydown", (event) => {
        const target = event.target;
        const typing = target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox";
        if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
        if (event.key === "j") choose(current + 1);
        else if (event.key === "k") choose(current - 1);
        else if (event.key === "x" && current >= 0) {
            const box = rows()[current]?.querySelector("[name=selected]");
            if (box) { box.checked = !box.checked; count(); }
        } else if (event.key === "Enter" && rows()[current]?.dataset.url && !(target instanceof HTMLAnchorElement || target instanceof HTMLButtonElement)) {
            window.location.assign(rows()[current].dataset.url);
        }
    });

    document.addEventListener("click", (event) => {
        const target = event.target instanceof Element ? event.target : null;
        const row = target?.closest("[data-row]");
        if (!row || target.closest("a, button, input, label, summary")) return;
        const pane = document.getElementById("preview");
        if (row.dataset.preview && pane && pane.offsetParent !== null) choose(rows().indexOf(row));
        else if (row.dataset.url) window.location.assign(row.dataset.url);
    });

    document.addEventListener("change", (event) => {
        if (event.target.matches?.("[data-tick-all]")) {
            document.querySelectorAll("[name=selected]").forEach((box) => { box.checked = event.target.checked; });
        }
        if (event.target.matches?.("[data-tick-all], [name=selected]")) count();
    });

    document.addEventListener("htmx:afterSwap", (event) => {
        if (event.detail.target.id === "queue") { current = -1; count(); }
    });
})();
