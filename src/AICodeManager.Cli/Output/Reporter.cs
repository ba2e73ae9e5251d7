using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Output;

/// <summary>Where a command's answers go: for people, or with <c>--json</c> as documents; notices and failures go to standard error.</summary>
internal sealed class Reporter(CliConsole console, bool json)
{
    private readonly HumanWriter errors = new(console.Error, colours: false, console.Width);

    public bool IsJson { get; } = json;

    public HumanWriter Human { get; } =
        new(console.Out, console.Colours, console.OutputIsTerminal ? console.Width : 10_000);

    /// <summary>The one answer of a command.</summary>
    public void Answer(JsonElement document, Action<HumanWriter> human)
    {
        if (IsJson)
            Document(document);
        else
            human(Human);
    }

    /// <summary>The one answer of a command, where the client makes it.</summary>
    public void Answer<T>(T document, JsonTypeInfo<T> type, Action<HumanWriter> human) =>
        Answer(JsonSerializer.SerializeToElement(document, type), human);

    /// <summary>One JSON document on one line. The serializer escapes every character outside printable ASCII.</summary>
    public void Document(JsonElement document)
    {
        console.Out.WriteLine(JsonSerializer.Serialize(document, CliJson.Default.JsonElement));
        console.Out.Flush();
    }

    /// <summary>What a person should know beside the answer.</summary>
    public void Notice(string text) => errors.Line(text);

    public void Failure(CliFailure failure)
    {
        if (!IsJson)
        {
            errors.Line($"aicli: {failure.Message}");
            return;
        }

        var problem = failure.Problem;
        console.Error.WriteLine(JsonSerializer.Serialize(
            new FailureDocument(new FailureDetails(
                problem?.Code ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(failure.Exit.ToString()), failure.Message, (int?)problem?.Status,
                problem?.Faults.GroupBy(fault => fault.Field).ToDictionary(field => field.Key, field => field.Select(fault => fault.Fault).ToArray()),
                problem?.RetryAfter is { } wait ? (long)Math.Ceiling(wait.TotalSeconds) : null, (int)failure.Exit)),
            CliJson.Default.FailureDocument));
    }
}
