from . import policy_owned, term, category, stage, channel, team, release  # isort: skip
from . import apply, export, enterprise, first_release  # isort: skip
from . import of_ticket, release_reading, event, milestone, sequence  # isort: skip
from . import classification  # isort: skip
from . import ticket, ticket_stages, ticket_register, ticket_entry  # isort: skip
from . import customer, customer_tiers, customer_partner, assignment  # isort: skip
from . import ticket_mail, ticket_actions, ticket_portal  # isort: skip
from . import message, message_text, message_sending, ticket_messages  # isort: skip
from . import release_cases, what_if, dry_run, repricing, saved_plan, helpdesk_export, demo  # isort: skip
from . import draft, draft_preview, draft_release, policy_disk, release_schedule  # isort: skip
from . import why, whose_time  # isort: skip
from . import job, job_failure, consequence_words  # isort: skip
from . import sender, roles, consequences, notice, task_force, answering, at_risk, digest  # isort: skip
from . import mail_again  # isort: skip
from . import intake_fields, intake_customer, duplicates, joining  # isort: skip
from . import handed_in, api, livechat  # isort: skip
from . import transitions, next_step, reopening  # isort: skip
from . import settlement  # isort: skip
from . import mail_message, mail_handling, mail_policy, mail_ticket, mail_gateway  # isort: skip
from . import rate, web_settings, web_form, customer_view  # isort: skip
from . import tier_guard, work_on_ticket, investigation, investigation_case  # isort: skip
from . import (  # isort: skip
    solution,
    solution_case,
    solution_answer,
    solution_step,
    solution_mail,
    approvals,
    approved_moves,
    approval_time,
)  # isort: skip
from . import customer_deeds, customer_list, customer_hours  # isort: skip
from . import improvement, improvement_decision, improvement_effect, improvement_case  # isort: skip
from . import suggestion  # isort: skip
from . import archive, extension, extension_mail, outcome, complained_about, anonymise  # isort: skip
from . import register_document, sheet  # isort: skip
from . import confidential, confidential_people  # isort: skip
from . import callback, callback_attempt, callback_planning, callback_case  # isort: skip
from . import callback_call, callback_overdue, callback_by_mail, callback_phone  # isort: skip
from . import questionnaire, answer, callback_survey, invitation, invitation_text  # isort: skip
from . import callback_sending, callback_consequences, survey_case  # isort: skip
from . import left_out, rounds, sample, sample_drawing  # isort: skip
from . import satisfaction, satisfaction_page, satisfaction_quick  # isort: skip
from . import named_groups  # isort: skip
from . import anonymise_customer  # isort: skip
from . import surge, surge_counts, surge_watch, surge_deeds  # isort: skip
from . import of_many_tickets, fact, fact_rows, fact_keeping, fact_day  # isort: skip
from . import figure_sums, figure_words, figures, figure_elsewhere, figure_stays, volume  # isort: skip
from . import figure_own, figure_segments, figure_training  # isort: skip
from . import dashboard, dashboard_tiles, dashboard_hurts, dashboard_stuck, dashboard_ways  # isort: skip
from . import dashboard_segments  # isort: skip
from . import report, report_period, report_remark, report_page, report_content  # isort: skip
from . import report_balance, report_sections, report_stuck, report_supervised  # isort: skip
from . import report_print, report_sending, report_reproduce, kept_file  # isort: skip
from . import supervision, supervision_departure, supervision_found, supervision_words  # isort: skip
from . import check, check_line, check_making, supervision_page, supervision_panel  # isort: skip
from . import incentive_rules, incentive_period, incentive_entry, incentive_statement  # isort: skip
from . import incentive_telling, incentive_objection, incentive_approval  # isort: skip
from . import incentive_screen, incentive_export  # isort: skip
from . import incentive_note, incentive_dirty, incentive_count, incentive_absence  # isort: skip
from . import training_course, training_record, training_need, training_case, training_exam  # isort: skip
from . import training_overview  # isort: skip
from . import what_if_points, draft_points, incentive_guide  # isort: skip
from . import quality_sample, quality_review, quality_line, quality_reviewers  # isort: skip
from . import quality_drawing, quality_appeal, quality_story, quality_figures  # isort: skip
from . import handbook_words, handbook_cases, handbook_times  # isort: skip
from . import handbook_customers, handbook_running, handbook  # isort: skip
from . import meeting, meeting_item, meeting_planning, meeting_invitation, meeting_agenda  # isort: skip
from . import meeting_minutes  # isort: skip
from . import regulator_return, regulator_table, regulator_making  # isort: skip
from . import library, library_publish  # isort: skip
from . import workload_planned, shift, workload, workload_balance, workload_page  # isort: skip
from . import workload_warning, workload_cap  # isort: skip
