using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Commands.Accounts;
using AICodeManager.Cli.Credentials;
using AICodeManager.Cli.Output;
using AICodeManager.Cli.TaskView;

namespace AICodeManager.Cli.Commands;

/// <summary>One run of one command: its arguments, its server, its output.</summary>
internal sealed class Invocation : IDisposable
{
    private const int LargestAnswer = 64 * 1024 * 1024;

    // Servers compare it with the one a session began with: nothing of the moment or the machine may stand in it.
    private static readonly string UserAgent = $"aicli/{typeof(Invocation).Assembly.GetName().Version!.ToString(3)}";

    private readonly ParseResult parsed;
    private readonly Lazy<HttpClient> http;
    private readonly Lazy<ApiConnection> connection;
    private readonly Lazy<SignIn> signIn;

    public Invocation(CliSurroundings surroundings, Shell shell, ParseResult parsed)
    {
        this.parsed = parsed;
        Surroundings = surroundings;
        Reporter = new Reporter(surroundings.Console, parsed.GetValue(shell.Json));
        Questions = new Questions(surroundings.Console);
        signIn = new Lazy<SignIn>(() => Find(parsed.GetValue(shell.Server)));
        http = new Lazy<HttpClient>(Client);
        connection = new Lazy<ApiConnection>(() => new ApiConnection(http.Value, SignIn, surroundings.Patience, surroundings.Clock)
        {
            Prove = new ProofDialogue(this).AnswerAsync,
            Notice = Reporter.Notice,
        });
    }

    public CliSurroundings Surroundings { get; }

    public Reporter Reporter { get; }

    public Questions Questions { get; }

    public SignIn SignIn => signIn.Value;

    public ApiConnection Connection => connection.Value;

    /// <summary>By when the key of this device should be replaced, if any answer to this run said so.</summary>
    public DateTimeOffset? RotationDue => connection.IsValueCreated ? connection.Value.RotationDue : null;

    /// <summary>Where the key for this run's server is kept.</summary>
    public DeviceKeyFile KeyFile => CredentialFile.Of(Surroundings.Environment).KeyFor(SignIn.Server);

    public KeyCare KeyCare => new(connection.Value, KeyFile, Surroundings);

    public KeyApi Keys => new(connection.Value);

    public AdminKeyApi AdminKeys => new(connection.Value);

    public AlertApi Alerts => new(connection.Value);

    public CheckApi Checks => new(connection.Value);

    public BackupApi Backups => new(connection.Value);

    public AuditApi Audit => new(connection.Value);

    public MetricApi Metrics => new(connection.Value);

    public BlockApi Blocks => new(connection.Value);

    public AccountApi Account => new(connection.Value);

    public FactorApi Factors => new(connection.Value);

    public SessionApi Sessions => new(connection.Value);

    public UserApi Users => new(connection.Value);

    public MemberApi Members => new(connection.Value);

    public EnvironmentApi Environments => new(connection.Value);

    public WorkspaceApi Workspaces => new(connection.Value);

    public ProjectApi Projects => new(connection.Value);

    public TaskApi Tasks => new(connection.Value);

    public Finder Finder => new(Workspaces, Projects);

    public TaskFollower Follower =>
        new(Tasks, Reporter, Questions, Surroundings.Patience, Surroundings.Clock);

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T Value<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    public T? Optional<T>(Argument<T> argument) => parsed.GetValue(argument);

    public string? Environment(string name) => Surroundings.Environment(name) is { Length: > 0 } value ? value : null;

    public void Dispose()
    {
        if (http.IsValueCreated)
            http.Value.Dispose();
    }

    private SignIn Find(string? server)
    {
        var found = SignIn.Find(server, Surroundings.Environment);
        if (!found.Server.IsEncrypted && !found.Server.IsLoopback)
            Reporter.Notice($"Warning: {found.Server} is plain http: passwords, tokens and code can be read on the way. Use https.");
        return found;
    }

    private HttpClient Client()
    {
        var client = new HttpClient(Surroundings.Handler ?? Network(), disposeHandler: Surroundings.Handler is null)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestAnswer,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd(UserAgent);
        return client;
    }

    private SocketsHttpHandler Network() => new SocketsHttpHandler
    {
        // The token is for one address only: a redirect must not carry it elsewhere.
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy for the outside has no business between this machine and itself.
        UseProxy = !SignIn.Server.IsLoopback,
        ConnectTimeout = TimeSpan.FromSeconds(15),
    };
}
