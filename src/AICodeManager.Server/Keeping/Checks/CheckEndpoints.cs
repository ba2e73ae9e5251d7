using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Mvc;

namespace AICodeManager.Server.Keeping.Checks;

/// <summary>Reviews over HTTP, for administrators. A run reads much, so that one runs at a time.</summary>
public sealed class CheckEndpoints(SecurityCheck check, CheckScenes scenes) : IDisposable
{
    private static readonly TimeSpan TurnPatience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim turn = new(1, 1);

    public static async Task<IResult> RunAsync(RequestOrigin origin, [FromQuery] string[]? review, CheckEndpoints checks, CancellationToken cancel)
    {
        var reviews = Reviews.None;
        foreach (var word in review ?? [])
        {
            if (ReviewWords.Read(word) is not { } read)
                return Refusals.InvalidInput("review", $"must be one of: {string.Join(", ", ReviewWords.Names)}; it may be given several times");
            reviews |= read;
        }

        return await checks.RunAsync(reviews == Reviews.None ? Reviews.All : reviews, origin, cancel);
    }

    public void Dispose() => turn.Dispose();

    private async Task<IResult> RunAsync(Reviews reviews, RequestOrigin origin, CancellationToken cancel)
    {
        if (!await turn.WaitAsync(TurnPatience, cancel))
            return Refusals.Unavailable("check_running", "Another security check is running; ask again in a moment.");
        try
        {
            var report = await check.RunAsync(reviews, scenes.Set(reviews, null, null, null, cancel), CheckPatience.OfRequest, origin, cancel);
            return TypedResults.Json(report, WireJson.Options);
        }
        finally
        {
            turn.Release();
        }
    }
}
