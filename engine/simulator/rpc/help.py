"""Implements help.*: the server's address and configuration."""

import time
from typing import Any

from telethon.tl import functions, types

from engine.simulator.network.address import ADDRESS, DATA_CENTRE
from engine.simulator.network.views import NewerObject
from engine.simulator.rpc.registry import RpcCall, answers
from engine.simulator.world.rpc_error import RpcError


@answers(functions.help.GetConfigRequest, authorised=False)
def get_config(call: RpcCall) -> Any:
    if call.world.newer_config:
        return NewerObject()
    now = int(time.time())
    return types.Config(
        date=now,
        expires=now + 3600,
        test_mode=False,
        this_dc=DATA_CENTRE,
        dc_options=[types.DcOption(DATA_CENTRE, ADDRESS.host, ADDRESS.port, static=True)],
        dc_txt_domain_name="localhost",
        chat_size_max=200,
        megagroup_size_max=200_000,
        forwarded_count_max=100,
        online_update_period_ms=210_000,
        offline_blur_timeout_ms=5_000,
        offline_idle_timeout_ms=30_000,
        online_cloud_timeout_ms=300_000,
        notify_cloud_delay_ms=30_000,
        notify_default_delay_ms=1_500,
        push_chat_period_ms=60_000,
        push_chat_limit=2,
        edit_time_limit=172_800,
        revoke_time_limit=2_147_483_647,
        revoke_pm_time_limit=2_147_483_647,
        rating_e_decay=2_419_200,
        stickers_recent_limit=200,
        channels_read_media_period=604_800,
        call_receive_timeout_ms=20_000,
        call_ring_timeout_ms=90_000,
        call_connect_timeout_ms=30_000,
        call_packet_timeout_ms=10_000,
        me_url_prefix="https://t.me/",
        caption_length_max=1024,
        message_length_max=4096,
        webfile_dc_id=DATA_CENTRE,
    )


@answers(functions.help.GetNearestDcRequest, authorised=False)
def get_nearest_dc(call: RpcCall) -> Any:
    del call
    return types.NearestDc("TR", DATA_CENTRE, DATA_CENTRE)


@answers(functions.help.GetAppConfigRequest, authorised=False)
def get_app_config(call: RpcCall) -> Any:
    del call
    return types.help.AppConfig(1, types.JsonObject([]))


@answers(functions.help.GetCdnConfigRequest, authorised=False)
def get_cdn_config(call: RpcCall) -> Any:
    del call
    return types.CdnConfig([])


@answers(functions.help.GetTermsOfServiceUpdateRequest)
def get_terms_of_service_update(call: RpcCall) -> Any:
    del call
    raise RpcError(400, "BOT_METHOD_INVALID")
