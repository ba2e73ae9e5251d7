using System.Collections.Concurrent;

namespace AICodeManager.Tests.Keeping.Secrets;

/// <summary>Keeps what a server answered: every refusal, and everything that was only read.</summary>
internal sealed class AnswerLog() : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
{
    // These answer with a secret by design.
    private static readonly string[] Givers = ["/api/v1/csrf"];

    public ConcurrentQueue<(string Request, string Answer)> Answers { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        var read = request.Method == HttpMethod.Get && !Givers.Contains(request.RequestUri!.AbsolutePath);
        if (!answer.IsSuccessStatusCode || (read && answer.Content.Headers.ContentType?.MediaType != "text/event-stream"))
        {
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            Answers.Enqueue((
                $"{request.Method} {request.RequestUri}",
                $"{(int)answer.StatusCode} {answer.Headers} {await answer.Content.ReadAsStringAsync(cancellationToken)}"));
        }

        return answer;
    }
}
