using System.IO.Compression;
using System.Text.Json;

namespace AICodeManager.Bench.BruteForce;

/// <summary>One attempt of a scenario.</summary>
/// <param name="T">Seconds from its beginning.</param>
/// <param name="Ip">Of the peer.</param>
/// <param name="Step"><c>password</c>, <c>totp</c>, <c>token</c>, or <c>none</c>: a request without credentials.</param>
/// <param name="Device">Name of a device that the account knows; empty for none.</param>
/// <param name="Password">Empty where the scenario does not say.</param>
public sealed record ScenarioEvent(
    double T, string Ip, string User, string Password, bool Correct, string Actor, string Device, string Step);

/// <summary>Attempts in the order of time, of an attack or of honest people.</summary>
public sealed record Scenario(string Id, string Kind, string Label, IReadOnlyList<ScenarioEvent> Events)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public bool IsAttack => Label == "attack";

    /// <summary>Reads a file of one scenario a line, gzipped.</summary>
    public static IReadOnlyList<Scenario> Read(string path)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        List<Scenario> all = [];
        while (text.ReadLine() is { } line)
        {
            all.Add(JsonSerializer.Deserialize<Scenario>(line, Json)!);
        }

        return all;
    }
}
