// A button that copies the text beside it; shown only where the browser can.
(() => {
    const arm = (root) => {
        if (!navigator.clipboard) return;
        root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
    };
    document.addEventListener("click", async (event) => {
        const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
        const text = button?.parentElement.querySelector("[data-copied]");
        if (!text) return;
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = "Copied";
        const live = document.getElementById("live");
        if (live) live.textContent = "Copied";
    });
    document.addEventListener("htmx:afterSwap", (event) => arm(event.detail.target));
    arm(document);
})();
