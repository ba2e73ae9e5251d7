using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AICodeManager.Cli.Credentials;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Api;

/// <summary>Sends requests to the one server a command talks to, and turns every refusal into a <see cref="CliFailure"/>.</summary>
internal sealed class ApiConnection(HttpClient http, SignIn signIn, Patience patience, TimeProvider clock)
{
    private const int MostPages = 10_000;

    private readonly Wire wire = new(http, signIn.Server, patience);
    private Secret? token = signIn.Token;

    public ServerAddress Server => signIn.Server;

    /// <summary>The server has answered before, so that an unanswered request is a break and not a wrong address.</summary>
    public bool HasAnswered => wire.HasAnswered;

    /// <summary>Gives the server the fresh proof that a refusal asks for; false where nobody can.</summary>
    public Func<ApiProblem, CancellationToken, Task<bool>>? Prove { get; init; }

    /// <summary>Asks without showing a token: for signing in.</summary>
    public Task<Reply<T>> AskAsync<T>(
        HttpMethod method, string route, HttpContent body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(new Request(method, route) { Body = () => body, Anonymous = true }, type, cancellationToken);

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
    /// <remarks>A refused token is replaced once, and a demand for a fresh proof answered once; then the request is sent again.</remarks>
    public async Task<HttpResponseMessage> SendAsync(
        Request request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        if (!request.Anonymous && token is null)
            throw NotSignedIn();
        var (mayRenew, mayProve) = (!request.Anonymous, !request.Anonymous && !request.IsProof);
        while (true)
        {
            // Noted before it is sent: a request beside this one may renew it meanwhile.
            var shown = token;
            var answer = await wire.SendAsync(request, shown, completion, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return answer;
            CliFailure refusal;
            using (answer)
                refusal = await RefusalAsync(answer, cancellationToken);
            if (mayRenew && refusal.Problem is { IsAboutTheToken: true } && await RenewAsync(shown!, cancellationToken) is { } fresh)
                (token, mayRenew) = (fresh, false);
            else if (mayProve && refusal.Problem is { Proof: not null } demand && Prove is not null && await Prove(demand, cancellationToken))
                mayProve = false;
            else
                throw refusal;
        }
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
        return new CliFailure(problem.Exit, problem.Summary + Advice(problem), problem);
    }

    private string Advice(ApiProblem problem) => problem switch
    {
        { Proof: ProofKind.Code } => " Prove it with: aicli step-up --second-factor, then give this command again.",
        { Proof: ProofKind.Password } => " Prove it with: aicli step-up, then give this command again.",
        { RetryAfter: { } wait } => $" Try again {Moment.In(wait, clock)}.",
        { Status: HttpStatusCode.Unauthorized, IsAboutAProof: false } when token is not null =>
            signIn.IsFromEnvironment ? " The token in AICLI_TOKEN was refused." : " Sign in with: aicli login",
        _ => "",
    };

    private CliFailure NotSignedIn() => new(
        ExitCode.NotSignedIn,
        signIn.SignedInElsewhere is { } elsewhere
            ? $"Not signed in at {Server}: the saved login is for {elsewhere} and its token is sent nowhere else. Sign in with: aicli login --server {Server}"
            : $"Not signed in at {Server}. Sign in with: aicli login --server {Server}");
}
