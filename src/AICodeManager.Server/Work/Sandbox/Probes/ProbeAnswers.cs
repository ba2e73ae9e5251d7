using System.Text.Json;
using System.Text.Json.Serialization;

namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>
/// Reads what the script said, one JSON object a line. Only one clear answer counts: a probe that is missing, garbled
/// or answered twice did not hold.
/// </summary>
internal static class ProbeAnswers
{
    private const int MaxDetail = 300;

    public static IReadOnlyList<ProbeResult> Read(IReadOnlyList<Probe> probes, SandboxRun run)
    {
        var answers = Lines(run.Output).GroupBy(answer => answer.Probe).ToDictionary(group => group.Key, group => group.ToList());
        var silence = Silence(run);
        return [.. probes.Select(probe => answers.GetValueOrDefault(probe.Name) switch
        {
            [{ Held: true }] => new ProbeResult(probe, true, ""),
            [var broken] => new ProbeResult(probe, false, OneLine(broken.Detail)),
            null => new ProbeResult(probe, false, silence),
            _ => new ProbeResult(probe, false, "answered more than once"),
        })];
    }

    /// <summary>Not one of the probes could be tried.</summary>
    public static IReadOnlyList<ProbeResult> None(IEnumerable<Probe> probes, string why) =>
        [.. probes.Select(probe => new ProbeResult(probe, false, OneLine(why)))];

    private static IEnumerable<Answer> Lines(byte[] output)
    {
        for (var (rest, end) = ((ReadOnlyMemory<byte>)output, 0); (end = rest.Span.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
        {
            Answer? answer = null;
            try
            {
                answer = JsonSerializer.Deserialize(rest.Span[..end], ProbeJson.Default.Answer);
            }
            catch (JsonException)
            {
                // Its probe stays without an answer.
            }

            if (answer is not null)
                yield return answer;
        }
    }

    private static string Silence(SandboxRun run)
    {
        var how = run.TimedOut ? "no answer in time" : $"no answer; the sandbox ended with {run.Exit.ExitCode} ({run.Exit.Cause})";
        var words = run.Error.TrimEnd().Split('\n')[^1];
        return OneLine(words.Length == 0 ? how : $"{how}: {words}");
    }

    private static string OneLine(string text)
    {
        var plain = string.Concat(text.Take(MaxDetail).Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
        return plain.Length == 0 ? "did not hold" : plain;
    }
}

/// <summary>One line of the script.</summary>
internal sealed record Answer(
    [property: JsonRequired] string Probe, [property: JsonRequired] bool Held, string Detail = "");

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Answer))]
internal sealed partial class ProbeJson : JsonSerializerContext;
