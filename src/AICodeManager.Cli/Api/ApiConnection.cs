using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AICodeManager.Cli.Credentials;

namespace AICodeManager.Cli.Api;

/// <summary>Sends requests to the one server a command talks to, and turns every refusal into a <see cref="CliFailure"/>.</summary>
internal sealed class ApiConnection(HttpClient http, SignIn signIn, Patience patience, TimeProvider clock)
{
    private const int LargestProblem = 256 * 1024;
    private const int MostPages = 10_000;

    private Secret? token = signIn.Token;

    public ServerAddress Server => signIn.Server;

    /// <summary>The server has answered before, so that an unanswered request is a break and not a wrong address.</summary>
    public bool HasAnswered { get; private set; }

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
        return new Reply<T>(value, document.RootElement.Clone(), answer.Headers.Date);
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
    public async Task<HttpResponseMessage> SendAsync(
        Request request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        if (!request.Anonymous && token is null)
            throw NotSignedIn();
        var answer = await OnceAsync(request, completion, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.Unauthorized && !request.Anonymous && !WantsStepUp(answer)
            && await signIn.RenewAsync(token!, RefreshAsync, patience, clock, cancellationToken) is { } renewed)
        {
            answer.Dispose();
            token = renewed;
            answer = await OnceAsync(request, completion, cancellationToken);
        }

        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw await RefusalAsync(answer, cancellationToken);
    }

    private async Task<HttpResponseMessage> OnceAsync(
        Request request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, Server.At(request.Route)) { Content = request.Body?.Invoke() };
        message.Headers.Accept.ParseAdd(request.Accept);
        if (!request.Anonymous)
            message.Headers.Authorization = AuthorizationHeader.Of(token!);
        if (request.LastEventId is { } id)
            message.Headers.TryAddWithoutValidation("Last-Event-ID", id);
        var limit = request.IsTransfer ? patience.Transfer : patience.Answer;
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(limit);
        try
        {
            var answer = await http.SendAsync(message, completion, bounded.Token);
            HasAnswered = true;
            return answer;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliFailure(ExitCode.Unreachable, $"{Server} did not answer within {limit.TotalSeconds:0} seconds.");
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new CliFailure(ExitCode.Failed, $"The answer of {Server} is larger than this aicli accepts ({http.MaxResponseContentBufferSize} bytes).");
        }
        catch (HttpRequestException fault)
        {
            throw new CliFailure(
                ExitCode.Unreachable,
                $"{Server} cannot be reached: {fault.InnerException?.Message ?? fault.Message}. "
                + "Is the server running there? Another address is given with --server or AICLI_SERVER.");
        }
    }

    private async Task<SavedLogin?> RefreshAsync(Secret spare, CancellationToken cancellationToken)
    {
        try
        {
            var body = CliJson.Body(new RefreshRequest(spare.Reveal()), CliJson.Default.RefreshRequest);
            var reply = await AskAsync(HttpMethod.Post, "/auth/refresh", body, CliJson.Default.LoginAnswer, cancellationToken);
            return reply.Value.ToLogin(Server, clock);
        }
        catch (CliFailure failure) when (failure.Problem is { IsPassing: false })
        {
            // Refused: the 401 that led here is what the user should hear of.
            return null;
        }
    }

    /// <summary>RFC 9470: the token is good, but this needs a fresher proof; another token of the same login would not help.</summary>
    private static bool WantsStepUp(HttpResponseMessage answer) =>
        answer.Headers.WwwAuthenticate.Any(challenge => challenge.Parameter?.Contains("insufficient_user_authentication", StringComparison.Ordinal) is true);

    private async Task<CliFailure> RefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if ((int)answer.StatusCode is >= 300 and < 400)
            return new CliFailure(
                ExitCode.Failed,
                $"{Server} answered with a redirect to '{answer.Headers.Location}'. aicli follows none, as its token is for one address only; "
                + "give the final address with --server.");
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var problem = ApiProblem.Read(
            answer.StatusCode, await StartAsync(body, cancellationToken), answer.Content.Headers.ContentType?.MediaType);
        var wait = answer.Headers.RetryAfter is { Delta: { } delta } ? $" Try again in {delta.TotalSeconds:0} seconds." : "";
        var advice = problem.Status is HttpStatusCode.Unauthorized && token is not null && problem.Code is not "invalid_credentials"
            ? signIn.IsFromEnvironment ? " The token in AICLI_TOKEN was refused." : " Sign in with: aicli login"
            : "";
        return new CliFailure(problem.Exit, problem.Summary + wait + advice, problem);
    }

    private static async Task<ReadOnlyMemory<byte>> StartAsync(Stream body, CancellationToken cancellationToken)
    {
        var start = new byte[LargestProblem];
        var length = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return start.AsMemory(0, length);
    }

    private CliFailure NotSignedIn() => new(
        ExitCode.NotSignedIn,
        signIn.SignedInElsewhere is { } elsewhere
            ? $"Not signed in at {Server}: the saved login is for {elsewhere} and its token is sent nowhere else. Sign in with: aicli login --server {Server}"
            : $"Not signed in at {Server}. Sign in with: aicli login --server {Server}");
}
