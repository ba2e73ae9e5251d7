using AICodeManager.Server.FrontDoor.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Fixtures;

/// <summary>
/// The server's own hasher with next to no rounds: what a test waits for is not the cost of guessing its passwords.
/// Tests of that cost, and servers in processes of their own, have the real one.
/// </summary>
internal static class QuickPasswords
{
    private const int Rounds = 100;

    public static Passwords New() => new(Rounds);

    public static void Use(IServiceCollection services) => services.AddSingleton<IPasswordHasher<Account>>(New());
}
