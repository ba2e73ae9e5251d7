using System.Text.Json;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Checks.Advisories;

/// <summary>
/// The vulnerabilities that are known by its date. One ships with the server; a newer one of the same form can be given,
/// so that a machine without a way out is kept up to date by carrying a file to it.
/// </summary>
/// <param name="Date">Nothing that was found later stands in it.</param>
public sealed record AdvisoryFile(DateOnly Date, IReadOnlyList<Advisory> Advisories, IReadOnlyList<Lifecycle> Lifecycles)
{
    private const string Resource = "checks/advisories.json";
    private const int MaxBytes = 64 << 20;

    /// <summary>The one that was built in.</summary>
    public static AdvisoryFile Shipped()
    {
        using var stream = typeof(AdvisoryFile).Assembly.GetManifestResourceStream(Resource)!;
        return Of(JsonSerializer.Deserialize<AdvisoryFile>(stream, WireJson.Options), Resource);
    }

    /// <exception cref="IOException">It is missing, larger than 64 MiB, or not of this form.</exception>
    public static async Task<AdvisoryFile> ReadAsync(string path, CancellationToken cancel)
    {
        if (new FileInfo(path) is not { Exists: true, Length: <= MaxBytes })
            throw new IOException($"{path} is missing or larger than 64 MiB; an advisory file is JSON as docs/checks.md shows it.");
        await using var stream = File.OpenRead(path);
        try
        {
            return Of(await JsonSerializer.DeserializeAsync<AdvisoryFile>(stream, WireJson.Options, cancel), path);
        }
        catch (JsonException wrong)
        {
            throw new IOException($"{path} is no advisory file as docs/checks.md shows it: {wrong.Message}", wrong);
        }
    }

    private static AdvisoryFile Of(AdvisoryFile? read, string path) =>
        read is { Advisories: not null, Lifecycles: not null, Date.Year: > 2000 } ? read : throw new IOException($"{path} lacks date, advisories or lifecycles.");
}
