using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Signatures.StructuredFields;

/// <summary>Every case of httpwg/structured-field-tests against the parser, the reader alone and the writer.</summary>
public sealed class SfVectorTests
{
    /// <summary>The file, its cases, those that must fail, those that may fail and are accepted here, those that may and do.</summary>
    public static TheoryData<string, int, int, int, int> Files => new()
    {
        { "binary", 15, 10, 0, 2 },
        { "boolean", 12, 10, 0, 0 },
        { "date", 17, 7, 2, 0 },
        { "dictionary", 26, 7, 0, 0 },
        { "display-string", 22, 15, 1, 0 },
        { "examples", 21, 0, 0, 0 },
        { "item", 5, 3, 0, 0 },
        { "key-generated", 640, 474, 0, 0 },
        { "large-generated", 11, 0, 0, 0 },
        { "list", 11, 3, 0, 0 },
        { "listlist", 12, 7, 0, 0 },
        { "number", 37, 18, 0, 0 },
        { "number-generated", 193, 4, 0, 0 },
        { "param-dict", 14, 5, 0, 0 },
        { "param-list", 20, 10, 0, 0 },
        { "param-listlist", 3, 0, 0, 0 },
        { "string", 14, 8, 1, 0 },
        { "string-generated", 256, 161, 0, 0 },
        { "token", 6, 0, 0, 0 },
        { "token-generated", 256, 122, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Can_read_and_write_every_case_of_the_suite(string file, int cases, int refused, int accepted, int strict)
    {
        var wrong = new List<string>();
        var counts = (Cases: 0, Refused: 0, Accepted: 0, Strict: 0);
        foreach (var test in Cases(file))
        {
            counts.Cases++;
            var value = test.Parse(out var fault);
            if (test.Walk() != value is not null)
                wrong.Add($"the reader and the parser differ over {test}");
            if (test.MustFail)
                counts.Refused++;
            else if (test.CanFail && value is null)
                counts.Strict++;
            else if (test.CanFail)
                counts.Accepted++;
            if (value is null ? fault is null || !test.MustFail && !test.CanFail : test.MustFail || !IsRight(test, value))
                wrong.Add($"{fault ?? "accepted as " + value}, {test}");
        }

        Assert.Empty(wrong);
        Assert.Equal((cases, refused, accepted, strict), counts);
    }

    [Theory]
    [InlineData("key-generated", 378, 378)]
    [InlineData("number", 9, 4)]
    [InlineData("string-generated", 33, 33)]
    [InlineData("token-generated", 124, 124)]
    public void Cannot_write_what_no_field_may_hold(string file, int cases, int refused)
    {
        var wrong = new List<string>();
        var (run, failed) = (0, 0);
        foreach (var test in Cases($"serialisation-tests/{file}"))
        {
            run++;
            try
            {
                var written = test.Expected().ToString();
                if (test.MustFail || written != test.Canonical)
                    wrong.Add($"written as {written}, {test}");
            }
            catch (ArgumentException)
            {
                failed++;
                if (!test.MustFail)
                    wrong.Add(test.ToString());
            }
        }

        Assert.Empty(wrong);
        Assert.Equal((cases, refused), (run, failed));
    }

    private static bool IsRight(SfCase test, object value) =>
        value.Equals(test.Expected()) && value.ToString() == test.Canonical;

    private static IEnumerable<SfCase> Cases(string file) =>
        Vectors.Json($"structured-fields/{file}.json").EnumerateArray().Select(c => new SfCase(c));
}
