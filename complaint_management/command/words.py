"""What the commands say, in English and Chinese."""

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
    "what_sla": ("service level", "时限规则"),
    "what_fired": ("rules that acted since the expectation before", "自上一个预期以来触发的规则"),
    "what_points": ("points of '{subject}'", "“{subject}”的积分"),
    "what_callbacks": ("callback of '{subject}'", "“{subject}”的回访"),
    "what_level": ("escalation level", "升级级别"),
    "what_severity": ("severity", "严重程度"),
    "what_stage": ("stage", "阶段"),
    "what_cycle": ("cycle", "处理轮次"),
    "points_of": ("{person} {points}", "{person} {points}"),
    "fired_one": ("{rule} ({subject})", "{rule}（{subject}）"),
    "fired_at": ("{rule} ({subject}) at {at}", "{rule}（{subject}）于 {at}"),
    "joined": (", ", "、"),
    "unreadable_test": ("{pack}: a test cannot be run: {why}", "{pack}：测试无法执行：{why}"),
    "unproved": ("{place}: no test proves {what}", "{place}：没有测试验证{what}"),
    "rule_sla": ("the service level '{name}'", "时限规则“{name}”"),
    "rule_clock": ("the clock '{name}'", "计时“{name}”"),
    "rule_points": ("the rule of points '{name}'", "积分规则“{name}”"),
    "rule_plan": ("the callback plan '{name}'", "回访计划“{name}”"),
    "rule_rule": ("the escalation rule '{name}'", "升级规则“{name}”"),
    "proved": (
        "{proved} of {all} rules are proved by tests ({share})",
        "{all} 条规则中有 {proved} 条经测试验证（{share}）",
    ),
    "too_few": (
        "{share} of the rules are proved; {wanted} are asked for",
        "经测试验证的规则占 {share}，要求为 {wanted}",
    ),
    # explain
    "colon": (": ", "："),
    "dash": (" – ", "："),
    "kinds_head": ("A file says with 'kind:' what it is about:", "每个文件用“kind:”说明内容："),
    "explain_more": (
        "explain sla                          the keys of a kind\n"
        "explain sla.policies.clocks.within   a field\n"
        "explain P102                         a code\n"
        "explain clock --case FILE            how the deadlines of a case come about",
        "explain sla                          一类文件有哪些键\n"
        "explain sla.policies.clocks.within   某个字段\n"
        "explain P102                         某个代码\n"
        "explain clock --case FILE            某个案件的期限如何算出",
    ),
    "unknown_code": ("no code {name}", "没有代码 {name}"),
    "advice": ("What to do:", "如何处理："),
    "no_topic": ("nothing is named '{name}'", "没有“{name}”"),
    "no_field": ("{where} has no key '{name}'", "{where} 中没有键“{name}”"),
    "known_here": ("\nknown here: {known}", "\n此处可用：{known}"),
    "field_needed": ("needed", "必填"),
    "field_optional": ("may be left out", "可省略"),
    "field_values": ("one of: {values}", "可选值：{values}"),
    "field_expected": ("write {expected}", "填写{expected}"),
    "field_keys": ("keys:", "键："),
    "star": ("* needed", "* 必填"),
    "units": (
        "s m h d   elapsed seconds, minutes, hours, days\n"
        "cd        calendar days: 15cd ends with the 15th day after the day of the start\n"
        "bh        hours of open time\n"
        "bd        business days: 5bd ends with the close of business of the 5th one after the start's day\n"
        "y         years, for how long something is kept",
        "s m h d   连续计算的秒、分、小时、天\n"
        "cd        自然日：15cd 为起始日之后第 15 日结束时\n"
        "bh        工作时间内的小时\n"
        "bd        工作日：5bd 为起始日之后第 5 个工作日下班时\n"
        "y         年，用于保存期限",
    ),
    "case_needed": (
        "name a case: explain clock --case FILE, a file of kind tests",
        "请指定案件：explain clock --case FILE，即一个 kind 为 tests 的文件",
    ),
    "no_file": ("no such file", "没有这个文件"),
    "name_pack": (
        "name the pack's folder with --pack, such as policies/logistics",
        "请用 --pack 指定规则包的目录，例如 policies/logistics",
    ),
    "no_case": ("{path}: no case in it", "{path}：没有案件"),
    "no_test": ("no case is named '{name}'; known: {known}", "没有名为“{name}”的案件；可用：{known}"),
    "no_clock": ("the case has no clock '{name}'; known: {known}", "案件没有计时“{name}”；可用：{known}"),
    "no_clocks": ("no clock runs", "没有计时"),
    "no_time": (
        "'{text}' is no time; write one such as 2026-03-02 10:00",
        "“{text}”不是时间；例如 2026-03-02 10:00",
    ),
    "case_head": ("{name}\n  seen at {at}; service level: {sla}", "{name}\n  截至 {at}；时限规则：{sla}"),
    "clock_head": (
        "{clock}: {within}, {state}, calendar '{calendar}'",
        "{clock}：{within}，{state}，日历“{calendar}”",
    ),
    "callback_line": (
        "callback '{plan}' after '{after}': from {opens} until {due} ({place})",
        "“{after}”之后的回访“{plan}”：{opens} 起，{due} 之前完成（{place}）",
    ),
    "of_cycle": (", cycle {cycle}", "，第 {cycle} 轮"),
    "state_running": ("running", "计时中"),
    "state_paused": ("standing still", "暂停"),
    "state_met": ("met", "达标"),
    "state_breached": ("breached", "超时"),
    "state_cancelled": ("cancelled", "取消"),
    "state_late": ("late", "逾期"),
    # diff
    "renamed": ("{kind} {old} → {new} (renamed)", "{kind} {old} → {new}（更名）"),
    "new_order": ("{what} order: {order}", "{what} 顺序：{order}"),
    "many_days": (
        "{what} {count} days between {first} and {last} have other hours",
        "{what} {first} 至 {last} 之间有 {count} 天的时间不同",
    ),
    "day_closed": ("closed", "休息"),
    "day_usual": ("as usual", "照常"),
    "no_difference": ("no difference", "没有差异"),
    "differences": ("{new} new, {changed} changed, {gone} gone", "新增 {new}，修改 {changed}，移除 {gone}"),
    # several
    "pack_missing": (
        "name one pack's folder, such as policies/general",
        "请指定一个规则包的目录，例如 policies/general",
    ),
    "error": ("error", "错误"),
    "did_you_mean": ("; did you mean '{near}'?", "；是否应为“{near}”？"),
    # schema
    "not_current": ("{path} is not current", "{path} 不是最新的"),
    "schemas_summary": ("{all} files, {written} written", "{all} 个文件，已写入 {written} 个"),
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
    "kind_type": ("case type", "事项类型"),
    "kind_channel": ("channel", "渠道"),
    "kind_category": ("category", "分类"),
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
    "row_values": (
        "a value is a list or an object; a mapping needs texts",
        "有的值是列表或对象；映射只接受文字",
    ),
    "row_object": ("is no JSON object", "不是 JSON 对象"),
    "row_form": ("{place} has not the right form", "{place} 的形式不对"),
    "row_key": ("unknown key '{place}'", "未知的键“{place}”"),
    "row_event": ("{place}: no event is named '{name}' here", "{place}：此处没有名为“{name}”的事件"),
    "row_name": ("{place}: the pack has no {kind} '{value}'", "{place}：规则包中没有{kind}“{value}”"),
    "kind_clock": ("clock", "计时"),
    "kind_department": ("department", "部门"),
    "kind_team": ("team", "团队"),
    "map_needed": (
        "name the mapping with --map: only JSON lines (.jsonl) can be cases themselves",
        "请用 --map 指定映射文件：只有 JSON 行文件（.jsonl）可以直接写案件",
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
    "unmatched": ("{count} cases without a service level", "{count} 个案件没有时限规则"),
    "progress": ("{done} cases", "已处理 {done} 个案件"),
    "shares": (
        "median, 90 %: share of the limit that ended clocks had used",
        "中位数、90 %：已结束的计时所用时限的比例",
    ),
    "missed": (
        "missed: ended after the deadline, or open and late",
        "未按时：在期限之后结束，或未结束且逾期",
    ),
    "work": (
        "per week and role: stages to handle, notices to read, callbacks to make",
        "每周各角色：需处理的阶段、收到的通知和要做的回访",
    ),
    "work_compared": (
        "per week and role: stages to handle, notices to read, callbacks to make; in brackets the difference",
        "每周各角色：需处理的阶段、收到的通知和要做的回访；括号内为差异",
    ),
    "changed_cases": (
        "{late} cases late that were not, {in_time} no more late",
        "新增逾期案件 {late} 个，不再逾期案件 {in_time} 个",
    ),
    "newly_late": ("late in {clocks}", "逾期：{clocks}"),
    "no_more_late": ("no more late in {clocks}", "不再逾期：{clocks}"),
    "more_cases": ("and {count} more; --format json lists all", "另有 {count} 个；--format json 可列出全部"),
    "col_missed_before": ("missed before", "原未按时"),
    "col_missed_after": ("after", "现未按时"),
    "col_before": ("before", "原"),
    "col_after": ("after", "现"),
    "col_change": ("change", "变化"),
    "col_rule": ("escalation rule", "升级规则"),
    "col_rule_times": ("times", "次数"),
    "col_level": ("escalated to", "升级至"),
    "col_level_times": ("cases", "案件数"),
    "col_surge": ("rule about surges", "集中爆发规则"),
    "col_surge_times": ("surges", "集中爆发次数"),
    "col_plan": ("callback plan", "回访计划"),
    "col_plan_times": ("callbacks", "回访次数"),
    "col_points": ("rule of points", "积分规则"),
    "col_sum": ("points", "积分"),
    "col_person": ("person", "人员"),
    "col_cases": ("cases", "案件数"),
    "col_score": ("score", "得分"),
    "scores": (
        "score: of all these cases together, as if they were one period",
        "得分：按以上全部案件合为一个周期计算",
    ),
    "col_week": ("week from", "周（起）"),
    "col_sla": ("service level", "时限规则"),
    "col_clock": ("clock", "计时"),
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
