// Charts of the dashboards: every [data-chart] is drawn from the JSON that its value names, in the colors of
// tokens.css, and drawn anew when the theme changes or htmx brings new numbers. Each has a table beside it.
(() => {
    const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    const dollars = (value) => `${value < 0 ? "−" : ""}$${Math.abs(value).toLocaleString("en-US", { maximumFractionDigits: 2, minimumFractionDigits: 2 })}`;
    const short = (value) => (Math.abs(value) >= 1000 ? `$${Number((value / 1000).toFixed(1))}k` : `$${value}`);

    const frame = (data) => ({
        animation: false,
        textStyle: { color: token("ink"), fontFamily: getComputedStyle(document.body).fontFamily },
        grid: { left: 8, right: 16, top: data.series.length > 1 ? 36 : 16, bottom: 8, containLabel: true },
        legend: data.series.length > 1 ? { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: token("ink") } } : undefined,
        tooltip: {
            trigger: "axis",
            renderMode: "richText",
            axisPointer: { type: "shadow", shadowStyle: { color: token("sunken"), opacity: 0.5 } },
            backgroundColor: token("paper"),
            borderColor: token("rule-strong"),
            textStyle: { color: token("ink"), fontSize: 12 },
            valueFormatter: dollars,
        },
    });

    const named = (data) => ({
        type: "category",
        data: data.categories,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: token("rule-strong") } },
        axisLabel: { color: token("ink-soft"), width: 150, overflow: "truncate", hideOverlap: true },
    });

    const measured = () => ({
        type: "value",
        axisLabel: { color: token("ink-soft"), formatter: short },
        splitLine: { lineStyle: { color: token("rule") } },
    });

    const bars = (data, stack) => data.series.map((series) => ({
        type: "bar",
        name: series.name,
        stack: stack ? "all" : undefined,
        barMaxWidth: 28,
        itemStyle: { color: token(series.tone), borderColor: token("paper"), borderWidth: stack ? 1 : 0 },
        data: series.values.map(Number),
    }));

    const kinds = {
        stacked: (data) => {
            const across = { ...named(data), inverse: true };
            const axes = data.across ? { yAxis: across, xAxis: measured() } : { xAxis: named(data), yAxis: measured() };
            return { ...frame(data), ...axes, series: bars(data, true) };
        },
        pareto: (data) => {
            const share = { type: "value", min: 0, max: 1, splitLine: { show: false }, axisLabel: { color: token("ink-soft"), formatter: (value) => `${Math.round(value * 100)}%` } };
            const line = {
                type: "line", name: "So far", yAxisIndex: 1, symbolSize: 6,
                lineStyle: { color: token("ink-soft") }, itemStyle: { color: token("ink-soft") },
                data: data.so_far.map(Number),
                tooltip: { valueFormatter: (value) => `${(value * 100).toFixed(1)}%` },
            };
            return { ...frame(data), xAxis: named(data), yAxis: [measured(), share], series: [...bars(data, false), line] };
        },
    };

    const draw = (place) => {
        const source = document.getElementById(place.dataset.chart);
        if (!source) return;
        const data = JSON.parse(source.textContent);
        if (data.across) place.classList.add(data.categories.length > 6 ? "chart-tall" : "chart-rows");
        window.echarts.getInstanceByDom(place)?.dispose();
        window.echarts.init(place, null, { renderer: "svg" }).setOption(kinds[data.kind](data));
    };

    const all = () => document.querySelectorAll("[data-chart]");
    const drawAll = () => all().forEach(draw);

    drawAll();
    document.addEventListener("htmx:afterSwap", drawAll);
    new MutationObserver(drawAll).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
    window.addEventListener("resize", () => all().forEach((place) => window.echarts.getInstanceByDom(place)?.resize()));
})();
