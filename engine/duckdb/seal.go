package duckdb

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// seal makes the settings of the instance and locks them. Their order matters:
// enable_external_access freezes the lists of directories, lock_configuration
// freezes everything but allowed_configs.
func (c *connection) seal(o Options) error {
	statements := []string{
		set("temp_directory", o.TempDir),
		// Their defaults lie in the home directory, and messages would tell.
		// Nothing can be below a device.
		set("secret_directory", os.DevNull),
		set("extension_directory", os.DevNull),
		"SET allow_persistent_secrets = false",
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
		"SET allow_community_extensions = false",

		// As PostgreSQL has it.
		set("default_null_order", "nulls_last_on_asc_first_on_desc"),

		// The Arrow types under the encoder; see schema.go.
		"SET arrow_lossless_conversion = true",
		"SET arrow_large_buffer_size = false",
		"SET arrow_output_list_view = false",
		"SET produce_arrow_string_view = false",
		set("arrow_output_version", "1.0"),

		"CREATE SCHEMA IF NOT EXISTS public",
	}
	if o.Memory > 0 {
		statements = append(statements, set("memory_limit", fmt.Sprintf("%db", o.Memory)))
	}
	dirs := slices.Clone(o.DataDirs)
	if o.LoadDir != "" {
		dirs = append(dirs, o.LoadDir)
	}
	for i, d := range dirs {
		// With the separator, or a directory of which this name is a prefix
		// would be allowed too.
		dirs[i] = strings.TrimSuffix(filepath.Clean(d), string(filepath.Separator)) + string(filepath.Separator)
	}
	statements = append(statements,
		"SET allowed_directories = "+literalList(dirs),
		"SET allowed_paths = "+literalList(o.DataFiles),
		// The settings that a session makes for its own connection.
		"SET allowed_configs = ['TimeZone', 'search_path', 'errors_as_json']",
		"SET enable_external_access = false",
		"SET lock_configuration = true",
	)
	for _, s := range statements {
		if text := c.run(s); text != "" {
			return fmt.Errorf("%s: %w", s, newError(text))
		}
	}
	return nil
}

func set(name, value string) string { return "SET " + name + " = " + literal(value) }
