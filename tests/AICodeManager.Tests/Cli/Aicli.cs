using System.Text.Json;
using AICodeManager.Cli;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Cli;

/// <summary>aicli in this process, with a home folder of its own.</summary>
internal sealed class Aicli : IDisposable
{
    private static readonly Patience Quick = Patience.Default with
    {
        FirstLook = TimeSpan.FromMilliseconds(1),
        LongestLook = TimeSpan.FromMilliseconds(5),
        FirstReconnect = TimeSpan.FromMilliseconds(1),
        LongestReconnect = TimeSpan.FromMilliseconds(5),
        Reconnects = 3,
    };

    private readonly bool shared;

    /// <summary>At the real server, with the tests' password.</summary>
    public static Aicli At(LiveServer server) => new()
    {
        Environment = { ["AICLI_SERVER"] = server.Address.ToString(), ["AICLI_PASSWORD"] = LiveServer.Password },
    };

    public Aicli(ApiDouble? api = null)
    {
        Folder = Directory.CreateTempSubdirectory("aicli-test-").FullName;
        Environment["XDG_CONFIG_HOME"] = Path.Combine(Folder, "config");
        if (api is not null)
        {
            Environment["AICLI_SERVER"] = api.Address;
            Environment["AICLI_TOKEN"] = "token-of-ada";
        }
    }

    private Aicli(Aicli other) => (Folder, Environment, shared) = (other.Folder, other.Environment, true);

    public string Folder { get; }

    /// <summary>The one key file; null where there is none.</summary>
    public string? KeyFile => Directory.Exists(KeyFolder) ? Directory.GetFiles(KeyFolder, "*.json").SingleOrDefault(IsKey) : null;

    /// <summary>A pair whose registration has not been confirmed.</summary>
    public string? NextKeyFile => Directory.Exists(KeyFolder) ? Directory.GetFiles(KeyFolder, "*.next.json").SingleOrDefault() : null;

    public string KeyFolder => Path.Combine(Folder, "config", "aicli", "keys");

    public string Credentials => Path.Combine(Folder, "config", "aicli", "credentials.json");

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Another process of the same person: the same files, streams of its own. It goes away with the first.</summary>
    public Aicli Beside() => new(this);

    public WatchedWriter Out { get; private set; } = new();

    public WatchedWriter Error { get; private set; } = new();

    public TextReader In { get; set; } = TextReader.Null;

    public MemoryStream RawOut { get; } = new();

    public bool Interactive { get; set; }

    public bool Colours { get; set; }

    public Func<string?>? ReadSecret { get; set; }

    public Patience Patience { get; set; } = Quick;

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public Task<int> RunAsync(params string[] args) => RunAsync(TestContext.Current.CancellationToken, args);

    public async Task<int> RunAsync(CancellationToken cancellationToken, params string[] args)
    {
        (Out, Error) = (new WatchedWriter(), new WatchedWriter());
        var console = new CliConsole(Out, Error, In, Interactive)
        {
            Colours = Colours,
            OutputIsTerminal = Interactive,
            ReadSecret = ReadSecret,
            OpenOutput = () => RawOut,
        };
        return await CliApplication.RunAsync(
            args, new CliSurroundings(console, Environment.GetValueOrDefault) { Patience = Patience, Clock = Clock }, cancellationToken);
    }

    /// <summary>Signs in, so that the saved login is used and not AICLI_TOKEN.</summary>
    public async Task SignInAsync(ApiDouble api)
    {
        Environment.Remove("AICLI_TOKEN");
        Environment["AICLI_PASSWORD"] = "correct horse";
        api.On("POST /auth/login", Some.Login("first-token", "first-refresh"));
        Assert.Equal(0, await RunAsync("login", "--email", "ada@example.org"));
        Environment.Remove("AICLI_PASSWORD");
    }

    /// <summary>Standard output as its one JSON document.</summary>
    public JsonElement Document()
    {
        Assert.Single(Out.ToString().TrimEnd('\n').Split('\n'));
        return JsonDocument.Parse(Out.ToString()).RootElement;
    }

    /// <summary>Standard output as JSON Lines.</summary>
    public IReadOnlyList<JsonElement> Lines() =>
        [.. Out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static bool IsKey(string path) => !path.EndsWith(".next.json", StringComparison.Ordinal);

    public void Dispose()
    {
        if (!shared)
            Directory.Delete(Folder, recursive: true);
    }
}
