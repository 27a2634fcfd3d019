#include "provider/smsctl/import/import_file.h"

#include <string.h>
#include <sys/stat.h>

enum { PIECE_BYTES = 1024 };

static bool ends_in(const char *path, const char *end)
{
    const size_t size = strlen(path);
    const size_t n = strlen(end);

    return size >= n && strcmp(path + size - n, end) == 0;
}

enum status import_file_open(struct import_file *file, const char *path)
{
    struct stat info = {0};

    *file = (struct import_file){.line = buf_make(IMPORT_LINE_MAX_BYTES)};
    file->is_fields = ends_in(path, ".tsv");
    file->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!file->file)
        return STATUS_UNAVAILABLE;
    if (fstat(fileno(file->file), &info) == 0 && S_ISREG(info.st_mode))
        file->size = info.st_size;
    return STATUS_OK;
}

void import_file_close(struct import_file *file)
{
    if (file->file && file->file != stdin)
        fclose(file->file);
    file->file = NULL;
    import_columns_clear(&file->columns);
    buf_free(&file->line);
}

/* Up to the end of the line or the piece; what ended it. */
static int read_piece(struct import_file *file)
{
    char piece[PIECE_BYTES];
    size_t n = 0;
    int c = 0;

    while (n < sizeof(piece) && (c = getc_unlocked(file->file)) != EOF &&
           c != '\n')
        piece[n++] = (char)c;
    file->n_bytes += (int64_t)n;
    if (n > 0 && buf_status(&file->line) == STATUS_OK)
        buf_append(&file->line, piece, n);
    return c;
}

enum status import_file_line(struct import_file *file, struct text *line_out)
{
    int c;

    buf_clear(&file->line);
    if (file->is_at_end)
        return STATUS_END;
    do
        c = read_piece(file);
    while (c != EOF && c != '\n');
    file->n_bytes++;
    if (c == EOF) {
        file->is_at_end = true;
        if (ferror(file->file))
            return STATUS_UNAVAILABLE;
        if (file->line.size == 0 && buf_status(&file->line) == STATUS_OK)
            return STATUS_END;
    }
    file->n_lines++;
    if (buf_status(&file->line) != STATUS_OK)
        return STATUS_LIMIT;
    *line_out = file->line.size ? buf_text(&file->line) : TEXT("");
    if (line_out->size && line_out->data[line_out->size - 1] == '\r')
        line_out->size--;
    return STATUS_OK;
}

static bool is_blank(struct text line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.data[i] != ' ' && line.data[i] != '\t')
            return false;
    return true;
}

enum status import_file_row(struct import_file *file, struct buf *out,
                            char why[IMPORT_WHY_BYTES])
{
    struct text line = {0};
    enum status read;

    do
        read = import_file_line(file, &line);
    while (read == STATUS_OK && is_blank(line));
    if (read == STATUS_LIMIT) {
        snprintf(why, IMPORT_WHY_BYTES, "It is longer than %d bytes.",
                 IMPORT_LINE_MAX_BYTES);
        return STATUS_INVALID;
    }
    TRY(read);
    return file->is_fields ? import_fields_read(&file->columns, line, out, why)
                           : import_json_read(line, out, why);
}
