using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AICodeManager.Cli.Credentials;
using AICodeManager.Cli.Output;
using AICodeManager.Signatures.Signing;

namespace AICodeManager.Cli.Api;

/// <summary>Sends requests to the one server a command talks to, and turns every refusal into a <see cref="CliFailure"/>.</summary>
internal sealed class ApiConnection
{
    private const int MostPages = 10_000;

    private readonly HttpClient http;
    private readonly SignIn signIn;
    private readonly Patience patience;
    private readonly TimeProvider clock;
    private readonly ServerClock signingTime;
    private readonly Wire wire;
    private Secret? token;
    private DeviceKey? key;
    private RequestSigner? signer;

    public ApiConnection(HttpClient http, SignIn signIn, Patience patience, TimeProvider clock)
        : this(http, signIn, patience, clock, new ServerClock(clock))
    {
    }

    private ApiConnection(HttpClient http, SignIn signIn, Patience patience, TimeProvider clock, ServerClock signingTime)
    {
        (this.http, this.signIn, this.patience, this.clock, this.signingTime) = (http, signIn, patience, clock, signingTime);
        wire = new Wire(http, signIn.Server, patience, signingTime);
        token = signIn.Token;
        Use(signIn.Key);
    }

    private enum Remedy
    {
        None,
        Renewed,
        WithoutSession,
        Proved,
        ClockFollowed,
        SignedAnew,
    }

    public ServerAddress Server => signIn.Server;

    /// <summary>The server has answered before, so that an unanswered request is a break and not a wrong address.</summary>
    public bool HasAnswered => wire.HasAnswered;

    /// <summary>Gives the server the fresh proof that a refusal asks for; false where nobody can.</summary>
    public Func<ApiProblem, CancellationToken, Task<bool>>? Prove { get; init; }

    /// <summary>Tells a person something beside the command's answer.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>Signs the requests; null where none does.</summary>
    public DeviceKey? Key => key;

    /// <summary>By when the server wants <see cref="Key"/> to be replaced; null: not yet.</summary>
    public DateTimeOffset? RotationDue => wire.RotationDue;

    /// <summary>Signs by another key from now on, or by none.</summary>
    public void Use(DeviceKey? other)
    {
        key = other;
        wire.RotationDue = null;
        signer = other is null ? null : MessageSigning.By(other, signingTime);
    }

    /// <summary>A connection with other credentials to the same server, which asks nobody for proofs.</summary>
    public ApiConnection As(SignIn other) => new(http, other, patience, clock, signingTime) { Notice = Notice };

    /// <summary>Asks without showing a token: for signing in.</summary>
    public Task<Reply<T>> AskAsync<T>(
        HttpMethod method, string route, HttpContent body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(new Request(method, route) { Body = () => body, Anonymous = true, Unsigned = true }, type, cancellationToken);

    public Task<Reply<T>> GetAsync<T>(string route, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(new Request(HttpMethod.Get, route), type, cancellationToken);

    public async Task<Reply<T>> ReadAsync<T>(Request request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        var value = document.RootElement.Deserialize(type) ?? throw new JsonException("the answer is null");
        return new Reply<T>(value, document.RootElement.Clone(), answer.Headers.Date) { Device = DeviceHeader.Of(answer) };
    }

    /// <summary>Sends where only success counts.</summary>
    public async Task DoAsync(Request request, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
    }

    /// <summary>All items of a list, over all its pages; the JSON is one list with everything in it.</summary>
    public async Task<Reply<IReadOnlyList<T>>> ListAsync<T>(
        string route, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var raw = new List<JsonElement>();
        string? cursor = null;
        DateTimeOffset? date = null;
        for (var pages = 0; pages < MostPages; pages++)
        {
            var page = await GetAsync(
                cursor is null ? route : $"{route}{(route.Contains('?') ? '&' : '?')}cursor={Uri.EscapeDataString(cursor)}",
                CliJson.Default.ListDocument, cancellationToken);
            raw.AddRange(page.Value.Items);
            date = page.Date;
            if (page.Value.Next is not { Length: > 0 } next)
                break;
            if (next == cursor)
                throw new JsonException("a list's next page is the page itself");
            cursor = next;
        }

        var whole = JsonSerializer.SerializeToElement(new ListDocument(raw, null), CliJson.Default.ListDocument);
        return new Reply<IReadOnlyList<T>>(
            [.. raw.Select(item => item.Deserialize(type) ?? throw new JsonException("a list holds null"))], whole, date);
    }

    /// <summary>Sends, and answers with the open response of a success; the caller disposes of it.</summary>
    /// <remarks>What can be mended is mended, each thing once, and the request is sent again, signed anew.</remarks>
    public async Task<HttpResponseMessage> SendAsync(
        Request request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        var tried = new List<Remedy>();
        while (true)
        {
            // Noted before it is sent: a request beside this one may renew it meanwhile.
            var shown = request.Anonymous ? null : token;
            var by = request.Unsigned ? null : signer;
            if (!request.Anonymous && shown is null && by is null)
                throw NotSignedIn();
            var answer = await wire.SendAsync(request, shown, by, completion, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return answer;
            CliFailure refusal;
            using (answer)
                refusal = await RefusalAsync(answer, cancellationToken);
            if (refusal.Problem is not { } problem
                || await MendAsync(problem, request, shown, by, tried, cancellationToken) is not (not Remedy.None and var remedy))
                throw refusal;
            tried.Add(remedy);
        }
    }

    private async Task<Remedy> MendAsync(
        ApiProblem problem, Request request, Secret? shown, RequestSigner? by, List<Remedy> tried, CancellationToken cancellationToken)
    {
        if (problem.IsAboutTheToken && shown is not null)
        {
            if (!tried.Contains(Remedy.Renewed) && await RenewAsync(shown, cancellationToken) is { } fresh)
            {
                token = fresh;
                return Remedy.Renewed;
            }

            if (by is null)
                return Remedy.None;
            // The session is over; the key stands for itself.
            token = null;
            return Remedy.WithoutSession;
        }

        if (problem.IsAboutTheTime && !tried.Contains(Remedy.ClockFollowed) && (by is not null || request.Proof is not null))
            return FollowClock(problem) ? Remedy.ClockFollowed : Remedy.None;

        // A connection that broke while it was taken up again may have had the request sent twice. What changes something is not repeated.
        if (problem.Code is "replay_detected" && request.Method == HttpMethod.Get && !tried.Contains(Remedy.SignedAnew))
            return Remedy.SignedAnew;

        return problem.Proof is not null && shown is not null && !request.IsProof && Prove is not null && !tried.Contains(Remedy.Proved)
            && await Prove(problem, cancellationToken) ? Remedy.Proved : Remedy.None;
    }

    private bool FollowClock(ApiProblem problem)
    {
        if (signingTime.Follow(problem.Date) is not { } ahead)
            // On its way for a minute, or asleep: then the next one is in time.
            return problem.Code is "signature_expired" && signingTime.AheadOf(problem.Date) is null;
        Notice?.Invoke($"This machine's clock is {ServerClock.Tell(ahead)}; requests are signed by the server's. Set the clock right.");
        return true;
    }

    private Task<Secret?> RenewAsync(Secret refused, CancellationToken cancellationToken) =>
        signIn.RenewAsync(refused, new Refresh(this, patience, clock).TryAsync, patience, clock, cancellationToken);

    private async Task<CliFailure> RefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if ((int)answer.StatusCode is >= 300 and < 400)
            return new CliFailure(
                ExitCode.Failed,
                $"{Server} answered with a redirect to '{answer.Headers.Location}'. aicli follows none, as its token is for one address only; "
                + "give the final address with --server.");
        var problem = await ApiProblem.ReadAsync(answer, clock.GetUtcNow(), cancellationToken);
        var exit = token is null && problem.Proof is not null ? ExitCode.NotSignedIn : problem.Exit;
        return new CliFailure(exit, problem.Summary + Advice(problem), problem);
    }

    private string Advice(ApiProblem problem) => problem switch
    {
        { Code: "session_required" } => " The key of this device has signed, but this is about a session. Sign in with: aicli login",
        { Proof: not null } when token is null && key is not null => " That takes a session. Sign in with: aicli login",
        { Proof: ProofKind.Code } => " Prove it with: aicli step-up --second-factor, then give this command again.",
        { Proof: ProofKind.Password } => " Prove it with: aicli step-up, then give this command again.",
        { RetryAfter: { } wait } => $" Try again {Moment.In(wait, clock)}.",
        { Code: "key_revoked" } when key is not null =>
            $" Make a new key with: aicli login; or if this one is suspended: aicli keys resume {key.Id}",
        { Code: "signature_invalid" } when key is not null =>
            $" Its key {key.Id} may not be known there any more: aicli login makes a new one. "
            + "If that does not help, something on the way changes the requests, and aicli login --no-key goes without.",
        { Code: "credential_conflict" } => " The key in use is another account's than the login. Sign in again with: aicli login",
        { Code: "signature_expired" } when signingTime.AheadOf(problem.Date) is { } ahead =>
            $" This machine's clock is {ServerClock.Tell(ahead)}; set it right.",
        { Status: HttpStatusCode.Unauthorized, IsAboutAProof: false, IsAboutTheKey: false } when token is not null || key is not null =>
            signIn.IsFromEnvironment ? " The token in AICLI_TOKEN was refused." : " Sign in with: aicli login",
        _ => "",
    };

    private CliFailure NotSignedIn() => new(
        ExitCode.NotSignedIn,
        signIn.SignedInElsewhere is { } elsewhere
            ? $"Not signed in at {Server}: the saved login is for {elsewhere} and its token is sent nowhere else. Sign in with: aicli login --server {Server}"
            : $"Not signed in at {Server}. Sign in with: aicli login --server {Server}");
}
