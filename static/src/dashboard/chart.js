import {Component, onWillStart, onWillUnmount, useEffect, useRef, useState} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {formatFloat} from "@web/views/fields/formatters";

/**
 * Colours that people with any kind of colour blindness tell apart (Okabe and Ito, 2008). What a colour says,
 * a legend, a hatch, a dash or a word says, too.
 */
export const COLOURS = {
    blue: "#0072B2",
    orange: "#E69F00",
    green: "#009E73",
    red: "#D55E00",
    sky: "#9CC8E6",
    ink: "#374151",
};
const ORDER = [COLOURS.blue, COLOURS.orange, COLOURS.green, COLOURS.red];
const SMALL = 420; // pixels of a card in which a chart is drawn for a phone

/** A hatch, so that two neighbouring bars differ in print and without colour. */
function hatched(colour) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.beginPath();
    for (const shift of [-8, 0, 8]) {
        pen.moveTo(shift, 8);
        pen.lineTo(shift + 8, 0);
    }
    pen.stroke();
    return pen.createPattern(tile, "repeat");
}

/** A chart of a card, and the same numbers as a table for who cannot see it or wants to read them. */
export class DashboardChart extends Component {
    static template = "complaint_management.DashboardChart";
    static props = {chart: Object, title: String, open: Function};

    setup() {
        this.canvas = useRef("canvas");
        this.state = useState({table: false});
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.draw();
                return () => this.drop();
            },
            () => [this.props.chart, this.state.table]
        );
        onWillUnmount(() => this.drop());
    }

    get chart() {
        return this.props.chart;
    }
    /** What a screen reader says instead of the picture. */
    get words() {
        return `${this.props.title}. ${this.chart.series
            .map(
                (series) =>
                    `${series.title}: ${this.chart.labels
                        .map((label, index) => `${label} ${this.shown(series, index)}`)
                        .join(", ")}`
            )
            .join(". ")}`;
    }
    shown(series, index) {
        const value = series.values[index];
        if (value === null || value === undefined) {
            return "–";
        }
        const digits = Number.isInteger(value) ? 0 : 1;
        const text = formatFloat(value, {digits: [16, digits]});
        return series.axis === "share" ? `${text} %` : text;
    }
    note(series, index) {
        return (series.notes || [])[index] || "";
    }
    opens(series, index) {
        return (series.opens || this.chart.opens || [])[index];
    }
    toggle() {
        this.state.table = !this.state.table;
    }
    get height() {
        return this.chart.horizontal ? Math.max(140, 40 + 34 * this.chart.labels.length) : 260;
    }

    drop() {
        if (this.drawn) {
            this.drawn.destroy();
            this.drawn = null;
        }
    }
    draw() {
        this.drop();
        if (this.canvas.el && !this.state.table) {
            // eslint-disable-next-line no-undef
            this.drawn = new Chart(this.canvas.el, this.config());
        }
    }
    config() {
        const datasets = this.chart.series.map((series, index) => this.dataset(series, index));
        for (const series of this.chart.series) {
            if (series.target !== null && series.target !== undefined) {
                datasets.push(this.targetLine(series, datasets));
            }
        }
        return {
            type: "bar",
            data: {labels: this.chart.labels, datasets},
            options: {
                animation: false,
                responsive: true,
                maintainAspectRatio: false,
                indexAxis: this.chart.horizontal ? "y" : "x",
                interaction: {mode: "nearest", intersect: true, axis: "xy"},
                onClick: (_event, elements) => this.onClick(elements),
                onHover: (event, elements) => {
                    event.native.target.style.cursor = elements.length ? "pointer" : "default";
                },
                scales: this.scales(),
                plugins: {
                    legend: {
                        display: datasets.length > 1,
                        position: "bottom",
                        labels: {boxWidth: 18, usePointStyle: false, color: COLOURS.ink},
                    },
                    tooltip: {
                        callbacks: {
                            label: (item) =>
                                this.chart.series[item.datasetIndex]
                                    ? `${item.dataset.label}: ${this.shown(
                                          this.chart.series[item.datasetIndex],
                                          item.dataIndex
                                      )} ${this.note(this.chart.series[item.datasetIndex], item.dataIndex)}`
                                    : item.dataset.label,
                        },
                    },
                },
            },
        };
    }
    dataset(series, index) {
        const colour = series.bad ? COLOURS.red : ORDER[index % ORDER.length];
        const share = series.axis === "share" && this.mixed;
        const usual = {
            label: series.title,
            data: series.values,
            [this.chart.horizontal ? "xAxisID" : "yAxisID"]: share ? "share" : "value",
            order: series.line ? 0 : 1,
        };
        if (series.line) {
            return {
                ...usual,
                type: "line",
                borderColor: colour,
                backgroundColor: colour,
                borderWidth: 2.5,
                borderDash: index % 2 ? [7, 4] : [],
                pointStyle: index % 2 ? "rectRot" : "circle",
                pointRadius: 4,
                spanGaps: true,
                tension: 0,
            };
        }
        const pale = series.pale || (series.stack && series.bad);
        return {
            ...usual,
            backgroundColor: pale ? hatched(series.bad ? COLOURS.red : COLOURS.blue) : colour,
            borderColor: series.bad ? COLOURS.red : pale ? COLOURS.blue : colour,
            borderWidth: pale ? 1.5 : 0,
            stack: series.stack ? "one" : undefined,
            maxBarThickness: 36,
        };
    }
    targetLine(series, datasets) {
        const own = datasets[this.chart.series.indexOf(series)];
        return {
            type: "line",
            label: `${series.title}: ${this.env.dashboardWords.target} ${series.target} %`,
            data: this.chart.labels.map(() => series.target),
            borderColor: own.borderColor,
            borderWidth: 1,
            borderDash: [2, 3],
            pointRadius: 0,
            pointHitRadius: 0,
            yAxisID: own.yAxisID,
        };
    }
    /** Whether counts and shares stand in one chart. */
    get mixed() {
        const axes = new Set(this.chart.series.map((series) => series.axis || "count"));
        return axes.size > 1;
    }
    scales() {
        const onlyShares = this.chart.series.every((series) => series.axis === "share");
        const small = this.canvas.el.clientWidth < SMALL;
        const shorten = (value) =>
            value.length > (small ? 16 : 30) ? `${value.slice(0, small ? 15 : 29)}…` : value;
        const stacked = this.chart.series.some((series) => series.stack);
        const labels = {
            stacked,
            grid: {display: false},
            ticks: {
                color: COLOURS.ink,
                autoSkip: !this.chart.horizontal,
                maxRotation: small ? 90 : 45,
                callback: (_value, index) => shorten(this.chart.labels[index]),
            },
        };
        const value = {
            stacked,
            beginAtZero: true,
            max: onlyShares ? 100 : undefined,
            title: {display: Boolean(this.chart.unit), text: this.chart.unit || ""},
            ticks: {color: COLOURS.ink, precision: 0, callback: (tick) => (onlyShares ? `${tick} %` : tick)},
        };
        const found = this.chart.horizontal ? {y: labels, value: {...value, axis: "x"}} : {x: labels, value};
        if (this.mixed) {
            found.share = {
                position: "right",
                min: 0,
                max: 100,
                grid: {display: false},
                ticks: {color: COLOURS.ink, callback: (tick) => `${tick} %`},
            };
        }
        return found;
    }
    onClick(elements) {
        const [element] = elements;
        const series = element && this.chart.series[element.datasetIndex];
        const opens = series && this.opens(series, element.index);
        if (opens) {
            this.props.open(opens);
        }
    }
}
