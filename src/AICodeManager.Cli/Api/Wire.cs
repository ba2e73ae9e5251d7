using System.Globalization;
using AICodeManager.Cli.Credentials;
using AICodeManager.Signatures.Signing;

namespace AICodeManager.Cli.Api;

/// <summary>Puts one request on the network and takes its answer, whatever it says; every wait is bounded.</summary>
internal sealed class Wire(HttpClient http, ServerAddress server, Patience patience, TimeProvider signingTime)
{
    /// <summary>The server has answered before, so that an unanswered request is a break and not a wrong address.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>By when the server wants the key that signed the latest answered request to be replaced; null: not yet.</summary>
    public DateTimeOffset? RotationDue { get; set; }

    /// <param name="token">Goes with the request, if there is one.</param>
    /// <param name="signer">Signs the request, if there is one.</param>
    /// <exception cref="CliFailure">No answer came.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        Request request, Secret? token, RequestSigner? signer, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, server.At(request.Route)) { Content = request.Body?.Invoke() };
        message.Headers.Accept.ParseAdd(request.Accept);
        if (token is not null)
            message.Headers.Authorization = AuthorizationHeader.Of(token);
        if (request.LastEventId is { } id)
            message.Headers.TryAddWithoutValidation("Last-Event-ID", id);
        var limit = request.Limit ?? (request.IsTransfer ? patience.Transfer : patience.Answer);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(limit);
        try
        {
            RequestSigner[] signers =
                [.. new[] { signer, request.Proof is { } pair ? MessageSigning.ProofBy(pair, signingTime) : null }.OfType<RequestSigner>()];
            if (signers.Length > 0)
                await MessageSigning.SignAsync(message, request.Body, signers, bounded.Token);
            var answer = await http.SendAsync(message, completion, bounded.Token);
            HasAnswered = true;
            if (signer is not null)
                RotationDue = DueOf(answer);
            return answer;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliFailure(ExitCode.Unreachable, $"{server} did not answer within {limit.TotalSeconds:0} seconds.");
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new CliFailure(ExitCode.Failed, $"The answer of {server} is larger than this aicli accepts ({http.MaxResponseContentBufferSize} bytes).");
        }
        catch (HttpRequestException fault)
        {
            throw new CliFailure(
                ExitCode.Unreachable,
                $"{server} cannot be reached: {fault.InnerException?.Message ?? fault.Message}. "
                + "Is the server running there? Another address is given with --server or AICLI_SERVER.");
        }
    }

    private static DateTimeOffset? DueOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Key-Rotation-Due", out var values) && values.ToArray() is [var only]
        && DateTimeOffset.TryParse(only, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var due) ? due : null;
}
