"""Defines what bots say about themselves and their settings, outside conversations.

`language.text_in` translates each into the chat's language.
"""

from typing import Final

from engine.language import spoken

START: Final = spoken(
    "Hello! I am {name}, an automated bot, not a person. Write to me and I will answer as well as "
    "I can. /help shows what I can do, /privacy what I keep."
)
START_CONSENT: Final = spoken(
    "If you agree, a language model ({providers}) reads what you write here and words my answers: "
    "/agree. Until then my answers are prepared ones. You can take it back at any time: /decline."
)
HELP: Final = spoken(
    "I am an automated bot. Ask me something in a few words; in a group, mention me by name.\n\n"
    "/privacy – what I keep, and who answers\n"
    "/mydata – what I have of you\n"
    "/forget – delete it\n"
    "/agree, /decline – whether a language model may answer you\n\n"
    "In groups, for administrators:\n"
    "/subscribe, /unsubscribe – my announcements\n"
    "/subscribe talk, /unsubscribe talk – whether I join in the conversation"
)

SUBSCRIBED: Final = spoken(
    "Done: from now on I make an announcement here every {shortest} to {longest} minutes. "
    "An administrator ends that at any time with /unsubscribe."
)
SUBSCRIBED_TALK: Final = spoken(
    "Done: from now on I join in the conversation here now and then. "
    "An administrator ends that at any time with /unsubscribe talk."
)
SUBSCRIBED_ALREADY: Final = spoken("Nothing to do: it was set that way already.")
UNSUBSCRIBED: Final = spoken("Done: no more announcements here.")
UNSUBSCRIBED_TALK: Final = spoken("Done: here I speak only when I am addressed.")
NOT_SUBSCRIBED: Final = spoken("There was nothing to end; all is as it was.")
ONLY_ADMINISTRATORS: Final = spoken(
    "Only an administrator of this group can decide that. Please ask one of them to write it."
)
CANNOT_SEE_RIGHTS: Final = spoken(
    "Telegram does not let me see who leads this group. Please make me an administrator and write "
    "it again."
)
ONLY_IN_GROUPS: Final = spoken("That is for groups: an administrator writes it there.")
TRY_LATER: Final = spoken(
    "Telegram does not tell me at the moment. Please try again in a few minutes."
)

PRIVACY: Final = spoken(
    "What I keep: the messages that reach me with the number of whoever wrote them, my answers, "
    "what you agreed to or declined, what I remember of what you told me while a language model "
    "might read it, and counts. For how long: messages, answers and counts {days} days; what I "
    "remember until it has been of no use for {memory_days} days; what you agreed to until you "
    "delete it. Where: with the person who runs me, for {bots} bots in all, and in daily backups, "
    "which are kept for {backup_days} days and read only after a loss. What Telegram keeps of our "
    "chat is not in my hands.\n\n"
    "/mydata shows you all that I use, /forget deletes it, over all these bots."
)
PRIVACY_STATIC: Final = spoken(
    "Who answers: I do, with prepared answers. No language model reads you."
)
PRIVACY_AGREED: Final = spoken(
    "Who answers: a language model of {providers}, for you agreed. What it is sent is kept there "
    "by rules of its own. /decline takes that back for what comes after."
)
PRIVACY_NOT_AGREED: Final = spoken(
    "Who answers: I do, with prepared answers. Should you /agree, a language model of {providers} "
    "reads what you write here from then on, and answers."
)

SIGNED_BY_A_CHAT: Final = spoken(
    "I cannot see who writes in the name of a group or channel. Please write that in your own name."
)
AGREED: Final = spoken(
    "Thank you. From now on a language model of {providers} reads what you write here and words my "
    "answers. /decline takes that back."
)
AGREED_NO_PROVIDER: Final = spoken(
    "Thank you, I have noted that a language model may answer you here. None is set up at the "
    "moment, so my answers stay prepared ones. /decline takes it back."
)
DECLINED: Final = spoken(
    "Noted: no language model reads what you write here. My answers are prepared ones. What one "
    "was sent before cannot be called back."
)

WRITE_TO_ME: Final = spoken("That is between you and me: please write it to me directly.")
MYDATA_NONE: Final = spoken("I have nothing of you but this message.")
MYDATA_COUNTS: Final = spoken(
    "What the bots here have of you. Messages: {messages}, answers to them: {answers}, "
    "chats: {chats}, bots: {bots}."
)
MYDATA_CONSENT: Final = spoken(
    "Language model, {place}: you agreed on {given}; it counted until {ended}"
)
MYDATA_STANDING_CONSENT: Final = spoken("Language model, {place}: you agreed on {given}")
MYDATA_REFUSAL: Final = spoken("Language model, {place}: you declined on {at}")
MYDATA_DIRECT_CHAT: Final = spoken("chat with {bot}")
MYDATA_OTHER_CHAT: Final = spoken("chat {chat}")
MYDATA_SUBSCRIPTION: Final = spoken("/subscribe{rest} in {title}: you wrote it on {given}")
MYDATA_USAGE: Final = spoken(
    "Language models worded {calls} answers for you, from {tokens} tokens in all."
)
MYDATA_MORE: Final = spoken("Page {page} of {pages}. For the next one: /mydata {next}")
MYDATA_CUT: Final = spoken(
    "These are the newest {lines}. For the rest, ask the person who runs me for a copy."
)
FORGET_ASK: Final = spoken(
    "This deletes all that the bots here use of you: your messages ({messages}), the answers to "
    "them ({answers}), what you agreed to and what is remembered of you. It cannot be undone. "
    "Daily backups hold copies until they are {backup_days} days old; what a language model was "
    "sent and what Telegram keeps of our chat are not in my hands. "
    "If you are sure, write: /forget yes"
)
FORGOTTEN: Final = spoken(
    "It is deleted from all that the bots here use. For {days} days the numbers of the messages "
    "and of their chats remain, so that none is answered twice. Daily backups hold copies until "
    "they are {backup_days} days old; they are read only after a loss, and then it is deleted "
    "again."
)
