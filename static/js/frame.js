// The frame: keyboard, theme switch, rail on narrow screens, and what is said to screen readers after a swap.
(() => {
    const byId = (id) => document.getElementById(id);
    const live = () => byId("live");

    const announce = (root) => {
        const said = root.matches?.("[data-announce]") ? root : root.querySelector?.("[data-announce]");
        if (said && live()) live().textContent = said.textContent.replace(/\s+/g, " ").trim();
    };

    const typing = (target) =>
        target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
        !/^(checkbox|radio)$/.test(target.type);

    let after = "";
    const keys = {
        "/": () => byId("search")?.focus(),
        "?": () => byId("keys")?.showModal(),
        e: () => document.querySelector("[data-act]")?.click(),
        n: () => document.querySelector("[data-next]")?.click(),
        u: () => document.querySelector("[data-back]")?.click(),
    };

    document.addEventListener("keydown", (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
            event.preventDefault();
            byId("search")?.focus();
            return;
        }
        if (event.key === "Escape") closeAll();
        if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
        if (after === "g" && event.key === "h") { window.location.assign("/"); return; }
        after = event.key;
        const act = keys[event.key];
        if (act) {
            event.preventDefault();
            act();
        }
    });

    const closeAll = () => {
        document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; });
        const hits = byId("search-hits");
        if (hits) hits.replaceChildren();
        byId("rail")?.classList.remove("rail-open");
    };

    document.addEventListener("click", (event) => {
        const target = event.target instanceof Element ? event.target : null;
        if (!target) return;
        if (target.closest("[data-keys]")) byId("keys")?.showModal();
        if (target.closest("[data-theme-switch]")) {
            const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
            document.documentElement.dataset.bsTheme = next;
            document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
        }
        const toggle = target.closest("[data-rail-toggle]");
        if (toggle) {
            const open = byId("rail").classList.toggle("rail-open");
            toggle.setAttribute("aria-expanded", String(open));
        }
        if (!target.closest(".search")) byId("search-hits")?.replaceChildren();
        document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(target)) menu.open = false; });
    });

    document.addEventListener("change", (event) => {
        if (event.target.matches?.("[data-submit-on-change]")) event.target.form.requestSubmit();
    });

    // In the search box: arrows go through the hits.
    document.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
        const links = [...document.querySelectorAll("#search-hits a")];
        const inSearch = event.target instanceof Element && event.target.closest(".search");
        if (!inSearch || !links.length) return;
        event.preventDefault();
        const at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
        (at < 0 ? byId("search") : links[Math.min(at, links.length - 1)]).focus();
    });

    document.addEventListener("htmx:afterSwap", (event) => {
        // What was swapped for itself (outerHTML) is gone; what came in its place speaks.
        const shown = event.detail.target.isConnected ? event.detail.target : event.target;
        announce(shown);
        shown.querySelector?.("[data-focus]")?.focus();
    });
    // A form with errors comes back as 422 and is shown like any other answer.
    document.addEventListener("htmx:beforeSwap", (event) => {
        if (event.detail.xhr.status === 422) {
            event.detail.shouldSwap = true;
            event.detail.isError = false;
        }
    });
    document.addEventListener("htmx:responseError", (event) => {
        const id = event.detail.xhr.getResponseHeader("X-Request-ID") || "";
        if (live()) live().textContent = `That did not work. Reload the page and try again. ${id}`;
    });
    document.querySelector("[data-focus]")?.focus();
})();
