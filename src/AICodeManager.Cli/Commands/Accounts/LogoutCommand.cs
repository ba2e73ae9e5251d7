using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli logout</c>: ends the session and revokes the key of this device.</summary>
internal static class LogoutCommand
{
    public static Verb Build(Shell shell) => shell.Verb(
        "logout", "End the login, here and on the server, and revoke the key of this device.", [],
        async (call, cancellationToken) =>
        {
            var signIn = call.SignIn;
            if (signIn.Token is null && signIn.Key is null)
            {
                call.Reporter.Answer(new Done("not_signed_in"), CliJson.Default.Done, writer => writer.Line($"Not signed in at {signIn.Server}."));
                return ExitCode.Ok;
            }

            await EndAsync(call, cancellationToken);
            call.Reporter.Answer(
                new Done("signed_out", signIn.Server.ToString(), Key: signIn.Key?.Id), CliJson.Default.Done, writer =>
                {
                    writer.Line($"Signed out at {signIn.Server}.");
                    if (signIn.Key is { } key)
                        writer.Line($"The key of this device, {key.Id}, is revoked.");
                });
            return ExitCode.Ok;
        },
        "aicli logout");

    private static async Task EndAsync(Invocation call, CancellationToken cancellationToken)
    {
        var key = call.SignIn.Key;
        try
        {
            await EndSessionAsync(call, cancellationToken);
            // Last, as it signs the request that ends the session; it revokes itself and needs none.
            if (key is not null)
                await call.KeyCare.RetireAsync(key, cancellationToken);
        }
        catch (CliFailure failure)
        {
            var forgotten = call.SignIn.IsFromEnvironment ? ""
                : key is null ? "The login is forgotten here, but "
                : $"The login and the key {key.Id} are forgotten here, but ";
            throw new CliFailure(
                failure.Exit, $"{forgotten}the server did not end {(key is null ? "it" : "both")}: {failure.Message}", failure.Problem);
        }
        finally
        {
            // In any case: a server that is away must not keep a login on this machine.
            await call.SignIn.ForgetAsync(call.Surroundings, CancellationToken.None);
            if (key is not null)
                call.KeyFile.Forget();
            call.Connection.Use(null);
        }
    }

    private static async Task EndSessionAsync(Invocation call, CancellationToken cancellationToken)
    {
        if (call.SignIn.Token is null)
            return;
        try
        {
            await UnlessOverAsync(call.Account.LogoutAsync(cancellationToken));
        }
        catch (CliFailure failure) when (failure.Problem is { IsAboutTheKey: true })
        {
            // Suspended, perhaps, and not revoked: the session does both, while it is there.
            call.Connection.Use(null);
            await UnlessOverAsync(call.Keys.RevokeAsync(call.SignIn.Key!.Id, cancellationToken));
            await UnlessOverAsync(call.Account.LogoutAsync(cancellationToken));
        }
    }

    private static async Task UnlessOverAsync(Task ending)
    {
        try
        {
            await ending;
        }
        catch (CliFailure failure) when (failure.Exit is ExitCode.NotSignedIn or ExitCode.NotFound && failure.Problem is not { IsAboutTheKey: true })
        {
            // Already ended there, which is what was asked for.
        }
    }
}
