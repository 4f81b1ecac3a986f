/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Asking to be woken.
 */
#include "link/alarm.h"

void mk_alarm_start(struct mk_alarm *alarm, const struct mk_port *port)
{
    alarm->number = 0;
    mk_words_start(&alarm->words, port);
}

void mk_alarm_set(struct mk_alarm *alarm, uint64_t deadline)
{
    alarm->number++;
    const uint64_t out[MK_WORDS] = {
        [MK_ALARM_DEADLINE] = deadline, [MK_ALARM_NUMBER] = alarm->number};
    mk_words_write(&alarm->words, out);
}

uint64_t mk_alarm_hz(struct mk_alarm *alarm)
{
    mk_words_update(&alarm->words);
    return alarm->words.in[MK_ALARM_TSC_HZ];
}
