namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Asks the provider how many tokens a prompt has.</summary>
internal sealed class TokenCounter(HttpContext http, UpstreamClient upstream, GatewayOptions options, bool allowServerTools, TimeProvider time)
{
    /// <summary>Why there was no count.</summary>
    public GatewayRefusal? Failure { get; private set; }

    /// <summary>The count, or null.</summary>
    public async Task<long?> CountAsync(ScreenedRequest request, CancellationToken gone, string path = "messages/count_tokens?beta=true")
    {
        using var patience = new Patience(options.CallTimeout, time, gone);
        var mask = new KeyMask(options.ApiKey);
        try
        {
            using var answer = await patience.WithinAsync(options.FirstByteTimeout, cancel =>
                new ValueTask<HttpResponseMessage>(upstream.SendAsync(path, request.CountBody, http.Request.Headers, allowServerTools, cancel)));
            using var limited = new LimitedAnswer(answer, options.IdleTimeout, patience);
            var text = await limited.BeginningAsync();
            if ((int)answer.StatusCode != StatusCodes.Status200OK)
            {
                Failure = UpstreamAnswers.For((int)answer.StatusCode, limited.RetryAfter, text, mask);
                return null;
            }

            using var document = StrictJson.Parse(text, out _);
            if (document is not null && UsageReader.Part(document.RootElement, "input_tokens").TryGetInt64Safely(out var tokens) && tokens >= 0)
                return tokens;
            Failure = UpstreamAnswers.NotAModel;
        }
        catch (TimeoutException)
        {
            Failure = UpstreamAnswers.TimedOut;
        }
        catch (HttpRequestException fault)
        {
            Failure = UpstreamAnswers.Unreachable(fault);
        }
        catch (IOException)
        {
            Failure = UpstreamAnswers.BrokeOff;
        }

        return null;
    }
}
