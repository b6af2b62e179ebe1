// Light or dark, before anything is painted: the person's choice, else the system's.
(() => {
    const root = document.documentElement;
    const chosen = /(?:^|; )theme=(light|dark)/.exec(document.cookie);
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const apply = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
    root.classList.add("js");
    if (chosen) {
        root.dataset.bsTheme = chosen[1];
    } else {
        apply();
        dark.addEventListener("change", apply);
    }
})();
