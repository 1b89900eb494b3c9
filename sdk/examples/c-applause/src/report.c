// What organizers take home: one row a member, in ascending order of id, and the figures that sum it up.

#include "memory.h"
#include "meter.h"
#include "words.h"

#define COLUMNS 3
// Rows on a page. With long names a page is some 100 KiB, and a report may have 1,000 pages.
#define PAGE_ROWS 500

static text_t summary(void) {
    config_t config = meter_config();
    writer_t json = {0};
    write_text(&json, TEXT("{\"title\":"));
    write_json(&json, config.title);
    write_text(&json, TEXT(",\"goal\":"));
    write_number(&json, config.goal);
    write_text(&json, TEXT(",\"total\":"));
    write_number(&json, meter_total());
    write_text(&json, TEXT(",\"clappers\":"));
    write_number(&json, meter_clappers());
    write_text(&json, TEXT("}"));
    return json.text;
}

static plugin_list_string_t row_of(text_t id, text_t name, text_t claps) {
    text_t *cells = ALLOCATE(text_t, COLUMNS);
    cells[0] = id;
    cells[1] = name;
    cells[2] = claps;
    return (plugin_list_string_t){cells, COLUMNS};
}

static plugin_list_string_t row(clapper_t clapper) {
    hezi_member_t member;
    text_t name = room_find(&clapper.id, &member) ? member.name : TEXT("");
    return row_of(clapper.id, name, text_with_number(TEXT(""), clapper.claps, TEXT("")));
}

bool exports_activity_report(text_t *cursor, hezi_report_page_t *report, hezi_error_t *error) {
    (void)error; // There is nothing here to refuse.
    clappers_page_t page = meter_page(cursor, PAGE_ROWS);
    plugin_list_string_t *rows = ALLOCATE(plugin_list_string_t, page.len);
    for (size_t at = 0; at < page.len; at++) {
        rows[at] = row(page.items[at]);
    }
    *report = (hezi_report_page_t){
        .summary = summary(),
        .columns = row_of(words()->column_member, words()->column_name, words()->column_claps),
        .rows = {rows, page.len},
        .next = page.next,
    };
    return true;
}
