package datasets_test

import (
	"fmt"

	"github.com/csvsql/csvsql/datasets"
	"github.com/csvsql/csvsql/engine"
)

func ExampleTableName() {
	for _, file := range []string{"flights.csv", "data/US Flights.CSV", "2024-sales.csv.gz"} {
		fmt.Println(datasets.TableName(file))
	}
	// Output:
	// flights
	// us_flights
	// _2024_sales
}

func ExampleExpand() {
	requests, errs := datasets.Expand([]string{"samples/*-weather.csv", "planes=samples/airports.csv", "samples/missing.csv"})
	for _, r := range requests {
		fmt.Println(r.TableName())
	}
	for _, err := range errs {
		fmt.Println("error:", err)
	}
	// Output:
	// seattle_weather
	// planes
	// error: file "samples/missing.csv" does not exist
}

func ExampleManager_Plan() {
	m, err := datasets.New([]string{"samples"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	spec, err := m.Plan(datasets.Request{
		Files:   []string{"penguins.csv"},
		Options: []datasets.Option{{Name: "null", Value: "NA, ."}, {Name: "types", Value: "body_mass_g INTEGER"}},
	})
	fmt.Printf("%s %s %q %v %v\n", spec.Table.Name, spec.Format, spec.CSV.Null, spec.Types, err)

	_, err = m.Plan(datasets.Request{Files: []string{"/etc/passwd"}})
	fmt.Println(err.(*engine.Error).Code, err)
	// Output:
	// penguins csv ["" "NA" "."] map[body_mass_g:INTEGER] <nil>
	// 42501 file "/etc/passwd" is outside the data directories
}
