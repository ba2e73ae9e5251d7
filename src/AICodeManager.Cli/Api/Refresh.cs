using System.Net;
using AICodeManager.Cli.Credentials;

namespace AICodeManager.Cli.Api;

/// <summary>Spends a refresh token for the next one.</summary>
internal sealed class Refresh(ApiConnection connection, Patience patience, TimeProvider clock)
{
    /// <summary>Null where the server refuses; its answer has no user, only tokens.</summary>
    /// <remarks>
    /// A lost answer is asked for once more: the server may have spent the token, and repeats what it gave for 30 seconds only.
    /// After that the spent token looks stolen and ends the session. A Ctrl-C waits for the same reason.
    /// </remarks>
    public async Task<SavedLogin?> TryAsync(Secret spare)
    {
        try
        {
            return await OnceAsync(spare);
        }
        catch (CliFailure failure) when (failure.Exit is ExitCode.Unreachable)
        {
            return await OnceAsync(spare);
        }
    }

    private async Task<SavedLogin?> OnceAsync(Secret spare)
    {
        var request = new Request(HttpMethod.Post, "/auth/refresh")
        {
            Body = () => CliJson.Body(new RefreshRequest(spare.Reveal()), CliJson.Default.RefreshRequest),
            Anonymous = true,
            Limit = patience.Refresh,
        };
        try
        {
            var reply = await connection.ReadAsync(request, CliJson.Default.LoginAnswer, CancellationToken.None);
            return reply.Value.ToLogin(connection.Server, clock);
        }
        catch (CliFailure failure) when (failure.Problem is { Status: HttpStatusCode.Unauthorized, IsAboutTheKey: false })
        {
            // Refused: the 401 that led here is what the user should hear of.
            return null;
        }
    }
}
