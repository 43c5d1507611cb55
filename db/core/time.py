"""The time zone of the house: days, deadlines and hours are those of Hanoi; stored times are aware UTC."""

from __future__ import annotations

from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
