// Ends an unattended session on screen as well: warns a minute before the server signs the person off, and
// shows the sign-in page when it did. Typing counts as activity; another tab's activity does, because the
// server is asked before anything is shown.
(() => {
    const dialog = document.getElementById("idle-dialog");
    if (!dialog) return;
    const form = dialog.querySelector("form");
    const left = dialog.querySelector("[data-idle-left]");
    const WARNING = 60;
    let deadline = 0;
    let lastInput = 0;
    let timer;

    for (const kind of ["keydown", "pointerdown"]) {
        document.addEventListener(kind, () => { lastInput = Date.now(); }, { passive: true });
    }

    // What htmx asks without anybody's doing (a poll, a part that fills itself) is no activity.
    document.addEventListener("htmx:configRequest", (event) => {
        if (!event.detail.triggeringEvent) event.detail.headers["X-Background"] = "poll";
    });

    async function ask(staying) {
        const options = staying
            ? { method: "POST", body: new FormData(form) }
            : { headers: { "X-Background": "idle" } };
        const answer = await fetch(form.action, { ...options, redirect: "manual" });
        return answer.ok ? (await answer.json()).seconds : 0;
    }

    async function check({ staying = false } = {}) {
        let seconds;
        try {
            seconds = await ask(staying);
        } catch {
            seconds = (deadline - Date.now()) / 1000;  // the network is away: count on
        }
        deadline = Date.now() + seconds * 1000;
        if (seconds <= 0) {
            // The server answers with the sign-in page. Not reload(): that would send a form a second time.
            window.location.assign(window.location.pathname + window.location.search);
        } else if (seconds > WARNING) {
            dialog.close();
            wait(seconds - WARNING);
        } else if (!staying && !dialog.open && Date.now() - lastInput < WARNING * 1000) {
            check({ staying: true });
        } else {
            warn();
        }
    }

    function wait(seconds) {
        clearTimeout(timer);
        timer = setTimeout(check, seconds * 1000);
    }

    function warn() {
        if (!dialog.open) dialog.showModal();
        const seconds = Math.max(0, Math.round((deadline - Date.now()) / 1000));
        left.textContent = String(seconds);
        clearTimeout(timer);
        timer = setTimeout(seconds > 0 ? warn : check, 1000);
    }

    form.addEventListener("submit", (event) => {
        event.preventDefault();
        dialog.close();
        check({ staying: true });
    });
    dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        check({ staying: true });
    });
    deadline = Date.now() + Number(dialog.dataset.seconds) * 1000;
    wait(Number(dialog.dataset.seconds) - WARNING);
})();
