//! The routes that Dropbox has and this simulator does not: they answer 501. Saying that such a function is unknown would be a lie about
//! Dropbox. The names are those of the specification of Dropbox's API (276 routes) and of the routes of the official Python SDK 12.2.4, which
//! has seven more; those that are answered stand in `routes`.

/// By host and namespace.
const LEFT_OUT: [(&str, &str, &str); 18] = [
    ("api", "account", "delete_profile_photo set_profile_photo"),
    ("api", "auth", "token/from_oauth1"),
    ("api", "contacts", "delete_manual_contacts delete_manual_contacts_batch"),
    (
        "api",
        "file_properties",
        "properties/add properties/overwrite properties/remove properties/search properties/search/continue properties/update \
         templates/add_for_team templates/add_for_user templates/get_for_team templates/get_for_user templates/list_for_team \
         templates/list_for_user templates/remove_for_team templates/remove_for_user templates/update_for_team \
         templates/update_for_user",
    ),
    (
        "api",
        "file_requests",
        "count create delete delete_all_closed get list list/continue list_v2 update",
    ),
    (
        "api",
        "files",
        "alpha/get_metadata copy copy_batch copy_batch/check copy_batch/check_v2 copy_batch_v2 copy_reference/get \
         copy_reference/save copy_v2 create_folder create_folder_batch create_folder_batch/check delete delete_batch \
         delete_batch/check get_file_lock_batch get_temporary_link get_temporary_upload_link list_folder/get_latest_cursor \
         list_revisions lock_file_batch move move_batch move_batch/check move_batch/check_v2 move_batch_v2 move_v2 paper/create \
         paper/update permanently_delete properties/add properties/overwrite properties/update restore save_url \
         save_url/check_job_status search search/continue_v2 search_v2 tags/add tags/get tags/remove unlock_file_batch \
         upload_session/finish_batch upload_session/finish_batch/check",
    ),
    ("api", "openid", "userinfo"),
    (
        "api",
        "paper",
        "docs/archive docs/create docs/download docs/folder_users/list docs/folder_users/list/continue docs/get_folder_info \
         docs/get_metadata docs/list docs/list/continue docs/permanently_delete docs/sharing_policy/get docs/sharing_policy/set \
         docs/update docs/users/add docs/users/list docs/users/list/continue docs/users/remove folders/create",
    ),
    (
        "api",
        "riviera",
        "get_keyframes_async get_keyframes_async/check get_markdown_async get_markdown_async/check get_metadata_async \
         get_metadata_async/check get_ocr_async get_ocr_async/check get_text_async get_text_async/check get_transcript_async \
         get_transcript_async/check get_transform_async get_transform_async/check",
    ),
    (
        "api",
        "sharing",
        "add_file_member add_folder_member check_job_status check_remove_member_job_status check_share_job_status \
         create_shared_link create_shared_link_with_settings get_file_metadata get_file_metadata/batch get_folder_metadata \
         get_shared_link_metadata get_shared_links list_file_members list_file_members/batch list_file_members/continue \
         list_folder_members list_folder_members/continue list_folders list_folders/continue list_mountable_folders \
         list_mountable_folders/continue list_received_files list_received_files/continue list_shared_links \
         modify_shared_link_settings mount_folder relinquish_access relinquish_file_membership relinquish_folder_membership \
         remove_file_member remove_file_member_2 remove_folder_member revoke_shared_link set_access_inheritance share_folder \
         transfer_folder unmount_folder unshare_file unshare_folder update_file_member update_file_policy update_folder_member \
         update_folder_policy",
    ),
    (
        "api",
        "team",
        "devices/list_member_devices devices/list_members_devices devices/list_team_devices devices/revoke_device_session \
         devices/revoke_device_session_batch features/get_values get_info groups/create groups/delete groups/get_info \
         groups/job_status/get groups/list groups/list/continue groups/members/add groups/members/list \
         groups/members/list/continue groups/members/remove groups/members/set_access_type groups/update \
         legal_holds/create_policy legal_holds/get_policy legal_holds/list_held_revisions \
         legal_holds/list_held_revisions_continue legal_holds/list_policies legal_holds/release_policy \
         legal_holds/update_policy linked_apps/list_member_linked_apps linked_apps/list_members_linked_apps \
         linked_apps/list_team_linked_apps linked_apps/revoke_linked_app linked_apps/revoke_linked_app_batch \
         member_space_limits/excluded_users/add member_space_limits/excluded_users/list \
         member_space_limits/excluded_users/list/continue member_space_limits/excluded_users/remove \
         member_space_limits/get_custom_quota member_space_limits/remove_custom_quota member_space_limits/set_custom_quota \
         members/add members/add/job_status/get members/add/job_status/get_v2 members/add_v2 members/bulk_suspend \
         members/bulk_suspend/job_status/check members/delete_former_member_files members/delete_profile_photo \
         members/delete_profile_photo_v2 members/get_available_team_member_roles members/get_info members/get_info_v2 \
         members/list members/list/continue members/list/continue_v2 members/list_v2 members/move_former_member_files \
         members/move_former_member_files/job_status/check members/recover members/remove members/remove/job_status/get \
         members/secondary_emails/add members/secondary_emails/delete members/secondary_emails/resend_verification_emails \
         members/send_welcome_email members/set_admin_permissions members/set_admin_permissions_v2 members/set_profile \
         members/set_profile_photo members/set_profile_photo_v2 members/set_profile_v2 members/suspend members/suspend_batch \
         members/suspend_batch/job_status/check members/unsuspend namespaces/list namespaces/list/continue \
         properties/template/add properties/template/get reports/get_activity reports/get_devices reports/get_membership \
         reports/get_storage sharing_allowlist/add sharing_allowlist/list sharing_allowlist/list/continue \
         sharing_allowlist/remove team_folder/activate team_folder/archive team_folder/archive/check team_folder/create \
         team_folder/get_info team_folder/list team_folder/list/continue team_folder/permanently_delete team_folder/rename \
         team_folder/restore team_folder/update_sync_settings token/get_authenticated_admin",
    ),
    ("api", "team_log", "get_events get_events/continue"),
    ("api", "users", "features/get_values get_account get_account_batch"),
    ("content", "account", "get_photo"),
    (
        "content",
        "files",
        "alpha/upload download_zip export get_preview get_thumbnail get_thumbnail_batch get_thumbnail_v2 upload_session/append",
    ),
    ("content", "riviera", "download_transform_output"),
    ("content", "sharing", "get_shared_link_file"),
    ("notify", "files", "list_folder/longpoll"),
];

/// Whether Dropbox has this route on this host.
pub(super) fn is_left_out(host: &str, route: &str) -> bool {
    let Some((namespace, name)) = route.split_once('/') else {
        return false;
    };
    let here = LEFT_OUT
        .iter()
        .filter(|(its_host, its_namespace, _)| *its_host == host && *its_namespace == namespace);
    here.flat_map(|(_, _, names)| names.split(' ')).any(|known| known == name)
}

/// All of them, each with its host.
pub(super) fn left_out() -> impl Iterator<Item = (&'static str, String)> {
    LEFT_OUT
        .iter()
        .flat_map(|(host, namespace, names)| names.split(' ').map(move |name| (*host, format!("{namespace}/{name}"))))
}
