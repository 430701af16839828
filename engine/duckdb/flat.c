#include "flat.h"

#include <string.h>

// What DuckDB's C API has for the vectors of a chunk. They are flat: so are those
// of every chunk that duckdb_fetch_chunk gives.
extern idx_t duckdb_data_chunk_get_size(duckdb_data_chunk chunk);
extern duckdb_vector duckdb_data_chunk_get_vector(duckdb_data_chunk chunk, idx_t column);
extern void *duckdb_vector_get_data(duckdb_vector vector);
extern uint64_t *duckdb_vector_get_validity(duckdb_vector vector);

// text is duckdb_string_t: short texts lie in it, of others it has the start.
union text {
	struct {
		uint32_t length;
		char inlined[12];
	};
	struct {
		uint32_t same_length;
		char prefix[4];
		const char *far;
	};
};

struct wide {
	uint64_t low, high;
};

// interval is duckdb_interval, and Arrow's, which counts nanoseconds.
struct interval {
	int32_t months, days;
	uint64_t fine;
};

// slack is how far beyond a text's end append_text may write.
enum { alignment = 64, slack = 16 };

static size_t aligned(size_t n) { return (n + alignment - 1) & ~(size_t)(alignment - 1); }

static bool is_valid(const uint64_t *validity, idx_t i) { return !validity || validity[i >> 6] >> (i & 63) & 1; }

// total is how many bytes the texts have. What a NULL has for a length means nothing.
static size_t total(const union text *t, const uint64_t *validity, idx_t rows) {
	size_t n = 0;
	if (!validity) {
		for (idx_t i = 0; i < rows; i++)
			n += t[i].length;
		return n;
	}
	for (idx_t i = 0; i < rows; i++)
		n += is_valid(validity, i) ? t[i].length : 0;
	return n;
}

// append_text copies a text. Most have few bytes: then a copy of a size that the
// compiler knows costs less than the question how many there are.
static char *append_text(char *to, const union text *t) {
	uint32_t n = t->length;
	if (n <= sizeof t->inlined) {
		memcpy(to, t->inlined, sizeof t->inlined);
	} else if (n < 16) {
		memcpy(to, t->far, 8);
		memcpy(to + n - 8, t->far + n - 8, 8);
	} else if (n <= 32) {
		memcpy(to, t->far, 16);
		memcpy(to + n - 16, t->far + n - 16, 16);
	} else {
		memcpy(to, t->far, n);
	}
	return to + n;
}

static void put_texts(int32_t *offsets, char *to, const union text *t, const uint64_t *validity, idx_t rows) {
	const char *start = to;
	for (idx_t i = 0; i < rows; i++) {
		offsets[i] = (int32_t)(to - start);
		if (is_valid(validity, i))
			to = append_text(to, t + i);
	}
	offsets[rows] = (int32_t)(to - start);
}

static uint64_t sign_of(int64_t v) { return v < 0 ? ~(uint64_t)0 : 0; }

static void put_values(void *to, const void *from, enum csvsql_kind kind, idx_t rows) {
	struct wide *wide = to;
	switch (kind) {
	case CSVSQL_DECIMAL16:
		for (idx_t i = 0; i < rows; i++) {
			int64_t v = ((const int16_t *)from)[i];
			wide[i] = (struct wide){(uint64_t)v, sign_of(v)};
		}
		break;
	case CSVSQL_DECIMAL32:
		for (idx_t i = 0; i < rows; i++) {
			int64_t v = ((const int32_t *)from)[i];
			wide[i] = (struct wide){(uint64_t)v, sign_of(v)};
		}
		break;
	case CSVSQL_DECIMAL64:
		for (idx_t i = 0; i < rows; i++) {
			int64_t v = ((const int64_t *)from)[i];
			wide[i] = (struct wide){(uint64_t)v, sign_of(v)};
		}
		break;
	case CSVSQL_UUID: // a number that orders as UUIDs do, where Arrow has bytes
		for (idx_t i = 0; i < rows; i++) {
			struct wide v = ((const struct wide *)from)[i];
			wide[i] = (struct wide){__builtin_bswap64(v.high ^ (uint64_t)1 << 63), __builtin_bswap64(v.low)};
		}
		break;
	case CSVSQL_INTERVAL:
		for (idx_t i = 0; i < rows; i++) {
			struct interval v = ((const struct interval *)from)[i];
			v.fine *= 1000;
			((struct interval *)to)[i] = v;
		}
		break;
	default:
		break; // copied, or texts
	}
}

static int64_t count_nulls(const uint64_t *validity, idx_t rows) {
	int64_t valid = 0;
	idx_t i = 0;
	for (; i + 64 <= rows; i += 64)
		valid += __builtin_popcountll(validity[i >> 6]);
	if (i < rows)
		valid += __builtin_popcountll(validity[i >> 6] & (((uint64_t)1 << (rows - i)) - 1));
	return (int64_t)rows - valid;
}

void *csvsql_export_flat(duckdb_data_chunk chunk, struct csvsql_column *columns, idx_t count) {
	idx_t rows = duckdb_data_chunk_get_size(chunk);
	size_t size = 0;
	for (idx_t c = 0; c < count; c++) {
		struct csvsql_column *to = columns + c;
		duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, c);
		const uint64_t *validity = duckdb_vector_get_validity(vector);
		to->nulls = validity ? count_nulls(validity, rows) : 0;
		to->validity = size;
		size += to->nulls ? aligned((rows + 7) / 8) : 0;
		to->values = size;
		if (to->kind == CSVSQL_TEXT) {
			to->text_size = total(duckdb_vector_get_data(vector), to->nulls ? validity : NULL, rows);
			if (to->text_size > INT32_MAX)
				return NULL;
			size += aligned((rows + 1) * sizeof(int32_t));
			to->texts = size;
			size += aligned(to->text_size + slack);
		} else {
			size += aligned(rows * to->width);
		}
	}
	char *block = malloc(size ? size : alignment);
	if (!block)
		return NULL;
	for (idx_t c = 0; c < count; c++) {
		struct csvsql_column *to = columns + c;
		duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, c);
		const void *data = duckdb_vector_get_data(vector);
		const uint64_t *validity = to->nulls ? duckdb_vector_get_validity(vector) : NULL;
		if (validity)
			memcpy(block + to->validity, validity, (rows + 7) / 8);
		if (to->kind == CSVSQL_TEXT)
			put_texts((int32_t *)(block + to->values), block + to->texts, data, validity, rows);
		else if (to->kind == CSVSQL_COPIED)
			memcpy(block + to->values, data, rows * to->width);
		else
			put_values(block + to->values, data, to->kind, rows);
	}
	return block;
}
