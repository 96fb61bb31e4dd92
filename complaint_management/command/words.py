"""What `test` and `simulate` say, in English and Chinese."""

from typing import Any

LANGUAGES = ("en", "zh_CN")

_WORDS = {
    # test
    "failed": ("FAILED {name}", "未通过 {name}"),
    "summary": ("{passed} passed, {failed} failed", "{passed} 个通过，{failed} 个未通过"),
    "no_tests": ("no tests", "没有测试"),
    "at": ("at {at}: {what}", "{at}：{what}"),
    "expected": ("expected {value}", "预期 {value}"),
    "got": ("got {value}", "实际 {value}"),
    "because": ("because", "计算过程"),
    "nothing": ("nothing", "无"),
    "what_due": ("deadline of '{subject}'", "“{subject}”的到期时间"),
    "what_states": ("state of '{subject}'", "“{subject}”的状态"),
    "what_sla": ("service level", "服务级别"),
    "what_fired": ("rules that acted since the expectation before", "自上一个预期以来触发的规则"),
    "what_level": ("escalation level", "升级级别"),
    "what_severity": ("severity", "严重程度"),
    "what_stage": ("stage", "阶段"),
    "what_cycle": ("cycle", "处理轮次"),
    "fired_one": ("{rule} ({subject})", "{rule}（{subject}）"),
    "fired_at": ("{rule} ({subject}) at {at}", "{rule}（{subject}）于 {at}"),
    "joined": (", ", "、"),
    "unreadable_test": ("{pack}: a test cannot be run: {why}", "{pack}：测试无法执行：{why}"),
    # both
    "pack_missing": (
        "name one pack's folder, such as policies/general",
        "请指定一个规则包的目录，例如 policies/general",
    ),
    "error": ("error", "错误"),
    "did_you_mean": ("; did you mean '{near}'?", "；是否应为“{near}”？"),
    # the mapping
    "unreadable_file": ("{path}: {why}", "{path}：{why}"),
    "not_a_mapping": ("must be a mapping (key: value)", "应为键值对（键: 值）"),
    "wrong_kind": ("kind must be 'mapping'", "kind 应为 mapping"),
    "unknown_key": ("unknown key '{key}'", "未知的键“{key}”"),
    "missing_key": ("the key '{key}' is missing", "缺少键“{key}”"),
    "must_be_text": ("must be text", "应为文字"),
    "must_be_event": ("must be an event or a list of events", "应为一个事件或事件列表"),
    "must_be_list": ("must be a list", "应为列表"),
    "value_or_column": ("write either value or column", "value 与 column 只能且必须写一个"),
    "unknown_column": ("the file has no column '{column}'", "文件中没有“{column}”列"),
    "double_column": (
        "the file has more than one column '{column}'",
        "文件中有多个“{column}”列",
    ),
    "unknown_zone": ("unknown zone '{zone}'", "未知时区“{zone}”"),
    "bad_format": (
        "'{format}' is no time format; write one such as %Y-%m-%d %H:%M",
        "“{format}”不是时间格式；例如 %Y-%m-%d %H:%M",
    ),
    "bad_time": ("'{value}' does not fit the time format", "“{value}”与时间格式不符"),
    "bad_encoding": ("unknown encoding '{encoding}'", "未知编码“{encoding}”"),
    "bad_delimiter": ("must be one character", "应为一个字符"),
    "unknown_event": ("no event is named '{name}'", "没有名为“{name}”的事件"),
    "unknown_name": ("the pack has no {kind} '{name}'", "规则包中没有{kind}“{name}”"),
    "received_needed": ("one event must be received", "必须有一个 received 事件"),
    "no_default": ("a default goes with a map", "default 须与 map 一起使用"),
    "kind_type": ("case type", "案件类型"),
    "kind_channel": ("channel", "渠道"),
    "kind_category": ("category", "类别"),
    "kind_urgency": ("urgency", "紧急程度"),
    "kind_scope": ("scope", "影响范围"),
    "kind_complexity": ("complexity", "复杂程度"),
    "kind_severity": ("severity", "严重程度"),
    "kind_tier": ("tier", "客户等级"),
    "kind_stage": ("stage", "阶段"),
    # rows of the file
    "row_time": (
        "column '{column}': '{value}' does not fit the time format",
        "“{column}”列：“{value}”与时间格式不符",
    ),
    "row_double": (
        "column '{column}': '{value}' stands on line {line} already",
        "“{column}”列：“{value}”已在第 {line} 行出现",
    ),
    "row_no_time": ("column '{column}': no time of receipt", "“{column}”列：没有接收时间"),
    "row_early": (
        "column '{column}': '{value}' lies before the time of receipt",
        "“{column}”列：“{value}”早于接收时间",
    ),
    "row_value": (
        "column '{column}': the map has no '{value}' and there is no default",
        "“{column}”列：map 中没有“{value}”，也没有 default",
    ),
    "row_unknown": (
        "column '{column}': the pack has no {kind} '{value}'",
        "“{column}”列：规则包中没有{kind}“{value}”",
    ),
    "row_length": ("more or fewer values than columns", "值的个数与列数不符"),
    "row_encoding": (
        "is not {encoding}; name the file's encoding in the mapping, such as 'encoding: gb18030'",
        "不是 {encoding} 编码；请在映射文件中写明编码，例如 encoding: gb18030",
    ),
    "row_text": ("cannot be read: {why}", "无法读取：{why}"),
    "row": ("{path}:{line}: {why}", "{path}:{line}：{why}"),
    "bad_rows": (
        "{count} of {rows} rows cannot be used, the first {shown} are shown",
        "{rows} 行中有 {count} 行无法使用，列出前 {shown} 行",
    ),
    "repair_rows": (
        "repair them, or leave them out with --skip-bad-rows",
        "请修正，或使用 --skip-bad-rows 跳过",
    ),
    "no_rows": ("{path}: no rows", "{path}：没有数据行"),
    # the result
    "head": ("{cases} cases under {pack}, {first} to {now}", "{pack}：{cases} 个案件，{first} 至 {now}"),
    "skipped": ("{count} rows left out", "跳过 {count} 行"),
    "unmatched": ("{count} cases without a service level", "{count} 个案件没有服务级别"),
    "progress": ("{done} cases", "已处理 {done} 个案件"),
    "shares": (
        "median, 90 %: share of the limit that ended clocks had used",
        "中位数、90 %：已结束的时钟所用时限的比例",
    ),
    "col_sla": ("service level", "服务级别"),
    "col_clock": ("clock", "时钟"),
    "col_within": ("limit", "时限"),
    "col_applied": ("applied", "适用"),
    "col_met": ("met", "达标"),
    "col_breached": ("breached", "超时"),
    "col_open": ("open", "未结束"),
    "col_late": ("of them late", "其中逾期"),
    "col_cancelled": ("cancelled", "取消"),
    "col_median": ("median", "中位数"),
    "col_p90": ("90 %", "90 %"),
}  # fmt: skip


def say(key: str, lang: str = "en", /, **values: Any) -> str:
    """A text in a language, filled in. English for an unknown language."""
    return _WORDS[key][lang == "zh_CN"].format(**values)
