import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

// Typed in a conversation with a customer; the server refuses whoever is no agent.
registry.category("discuss.channel_commands").add("complaint", {
    condition: ({store}) => store.self_partner && !store.self.main_user_id.share,
    channel_types: ["livechat", "chat", "group"],
    help: _t("Make a complaint of this chat"),
    methodName: "execute_command_complaint",
});
