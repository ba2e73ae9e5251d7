using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AICodeManager.ScriptedModel;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Signatures.Keys;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Accounts.Providers;
using AICodeManager.Tests.FrontDoor.Accounts.SecondFactors;

namespace AICodeManager.Tests.Keeping.Secrets;

/// <summary>
/// One full run with marked secrets, and then everything that the server wrote is read: none of them is there (spec A13, C).
/// </summary>
public sealed class SecretsStayHiddenTests
{
    // What the agent's processes have in their environments and on their command lines, so written that it is no event's
    // fault to hold it: the test reads it back, a search for secrets does not.
    private const string Tell =
        "{ env -0; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline; } 2>/dev/null | od -An -v -tx1 | tr -d ' \\n' | tr 0-9a-f g-v";

    private const string Email = "somebody@example.com", Prompt = "tell me what you see", Plain = "plainly-visible-word";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_secret_of_a_full_run_is_in_anything_that_the_server_wrote()
    {
        await using var run = await MarkedRun.StartAsync("bubblewrap", new ModelScript([
            new(new([new ScriptBlock(Tool: "Bash", Input: new JsonObject { ["command"] = Tell, ["description"] = Plain })]), new(ToolResults: 0)),
            new(ScriptAnswer.Says("Done.")),
        ]));
        var user = await SignInsAsync(run);
        await OAuthAsync(run);
        var inside = await TaskAsync(run, user);
        await AdministrationAsync(run);
        await run.Server.StopAsync();

        List<string> wrong = [];
        Look("the log", Encoding.UTF8.GetBytes(string.Join('\n', run.Server.Output)));
        foreach (var (request, answer) in run.Log.Answers)
            Look($"the answer to {request}", Encoding.UTF8.GetBytes(answer));
        Look("the sandbox", inside, MarkedRun.Variable, MarkedRun.TaskToken);
        var files = Directory.GetFiles(run.Server.DataFolder, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/secrets/", StringComparison.Ordinal)).ToList();
        foreach (var file in files)
            Look(file, await File.ReadAllBytesAsync(file, Cancel));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        // The search would have found them: what may be seen of the run is in the database, in the agent's own notes, in a backup.
        Assert.True(run.Secrets.Count > 40, $"{run.Secrets.Count} secrets");
        Assert.True(await HoldsAsync(files.Where(f => f.Contains("aicli.db", StringComparison.Ordinal)), Plain));
        Assert.True(await HoldsAsync(files.Where(f => f.Contains("aicli.db", StringComparison.Ordinal)), "login_failed"));
        Assert.Contains(files, f => f.Contains("/backups/", StringComparison.Ordinal) && new FileInfo(f).Length > 1000);
        Assert.True(await HoldsAsync(files.Where(f => f.EndsWith(".jsonl", StringComparison.Ordinal)), Prompt));
        Assert.NotEmpty(run.Secrets.Find(inside));

        void Look(string where, byte[] bytes, params ReadOnlySpan<string> but)
        {
            foreach (var name in run.Secrets.Find(bytes, but))
                wrong.Add($"{where}: {name}");
        }
    }

    /// <summary>Signs in rightly and wrongly, with everything that a second factor brings.</summary>
    private static async Task<ApiClient> SignInsAsync(MarkedRun run)
    {
        var (secrets, password) = (run.Secrets, run.Secrets.New("password"));
        var user = await run.SignUpAsync(Email, password);
        var stranger = run.NewClient();
        await stranger.TryAsync(HttpMethod.Post, "auth/login", new { email = Email, password = secrets.New("wrong password") });
        await stranger.TryAsync(HttpMethod.Post, "auth/login", new { email = secrets.New("password typed as the address"), password });
        foreach (var body in (string[])[
            $$"""{"email":"{{Email}}","password":"{{password}}",""", $$"""{"email":"{{Email}}","password":["{{password}}"]}""",
            $$"""{"email":"{{Email}}","password":"{{password}}","password":"{{password}}"}""", $$"""{"email":["{{password}}"],"password":"x"}""",
            $$"""{"email":"{{Email}}","password":"{{password}}","client":"{{password}}"}""", $$"""{"user":"{{password}}"}""", $"\"{password}\"", password])
        {
            Assert.InRange(await run.SendAsync(stranger, HttpMethod.Post, "auth/login", body), 400, 499);
        }

        // Attack detection keeps a sample of what it finds: never of a secret.
        await stranger.TryAsync(HttpMethod.Post, "auth/login", new { email = Email, password = $"' OR 1=1 -- {secrets.New("password like an attack")}" });
        await run.SendAsync(stranger, HttpMethod.Get, "auth/me", "", ("Authorization", $"Bearer {secrets.New("invented token")}"));
        await run.SendAsync(stranger, HttpMethod.Get, "auth/me", "", ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{password}"))}"));
        await run.SendAsync(stranger, HttpMethod.Get, "auth/me", "", ("Cookie", $"__Host-aicli_session={secrets.New("invented session")}"));
        await run.SendAsync(stranger, HttpMethod.Post, "auth/refresh", $$"""{"refresh_token":"{{secrets.New("invented refresh token")}}"}""");
        await run.SendAsync(stranger, HttpMethod.Post, "auth/password/reset", $$"""{"reset_token":"{{secrets.New("invented reset token")}}","password":"{{password}}"}""");
        await run.SendAsync(stranger, HttpMethod.Get, $"/nowhere?token={user.Token}&password={password}", "");

        var begun = await user.PostAsync("auth/totp", new { });
        var totp = Base32Text.Decode(run.Mark(begun, "secret"));
        secrets.Mark("TOTP secret as bytes", Convert.ToHexStringLower(totp));
        var confirmed = await user.PostAsync("auth/totp/confirm", new { code = Totp.CodeAt(totp, Totp.StepAt(DateTimeOffset.UtcNow)) });
        var codes = confirmed.GetProperty("recovery_codes").EnumerateArray().Select(code => secrets.Mark("recovery code", code.GetString()!)).ToList();
        await stranger.TryAsync(HttpMethod.Post, "auth/login", new { email = Email, password, code = secrets.New("wrong code") });
        await run.SignInAsync(user, Email, password, codes[0]);
        Assert.Equal((401, "two_factor_required"), await stranger.TryAsync(HttpMethod.Post, "auth/login", new { email = Email, password }));

        var changed = secrets.New("new password");
        await user.TryAsync(HttpMethod.Post, "auth/password", new { current_password = secrets.New("wrong current password"), password = changed });
        await user.PostAsync("auth/password", new { current_password = password, password = changed });
        await user.TryAsync(HttpMethod.Post, "auth/step-up", new { password = secrets.New("wrong proof") });
        await user.TryAsync(HttpMethod.Post, "auth/step-up", new { password = changed });

        // A client that sends its private key where the public one belongs.
        var key = SigningKey.Generate(SignatureAlgorithm.ES256);
        var pem = key.ToPem();
        secrets.Mark("private key of a client", string.Concat(pem.Split('\n').Where(line => !line.StartsWith("---", StringComparison.Ordinal))));
        await user.TryAsync(HttpMethod.Post, "keys", new { public_key = pem });
        await user.PostAsync("auth/revoke", new { token = user.Token });
        await run.SignInAsync(user, Email, changed, codes[1]);
        return user;
    }

    /// <summary>Signs in with a provider, as a browser, and once with a callback that is none.</summary>
    private static async Task OAuthAsync(MarkedRun run)
    {
        using var browser = new Browser(run.Server.Address);
        var person = run.Provider.Person = Person.New();
        run.Secrets.Mark("provider's access token", $"access-{person.Sub}");
        run.Secrets.Mark("provider's refresh token", $"refresh-{person.Sub}");
        var lost = StateOf(await browser.BeginAsync(CrookedProvider.Name));
        await run.SendAsync(
            run.NewClient(), HttpMethod.Get, $"/auth/callback/{CrookedProvider.Name}?code={run.Secrets.New("invented code")}&state={run.Secrets.Mark("lost state", lost)}", "");
        var authorize = await browser.BeginAsync(CrookedProvider.Name);
        run.Secrets.Mark("state, and code of the provider", StateOf(authorize));
        var signedIn = await browser.OpenAsync(run.Provider.Approve(authorize));
        Assert.True(signedIn.Status is 200 or 302 or 303, signedIn.Text);
        foreach (var (name, value) in browser.Cookies.Where(cookie => cookie.Value.Length >= 10))
            run.Secrets.Mark($"cookie {name}", value);
        Assert.NotNull(await browser.WhoAmIAsync());
        await browser.SendAsync(HttpMethod.Post, "/api/v1/auth/step-up", new { password = run.Secrets.New("password of nobody") });

        static string StateOf(Uri authorize) => System.Web.HttpUtility.ParseQueryString(authorize.Query)["state"]!;
    }

    /// <summary>A task that looks around; everything that its processes have in their environments and command lines.</summary>
    private static async Task<byte[]> TaskAsync(MarkedRun run, ApiClient user)
    {
        var project = await TaskLab.NewProjectAsync(user, Plain);
        var workspace = (await user.GetAsync($"projects/{project}")).GetProperty("workspace_id").GetString();
        var route = $"workspaces/{workspace}/environment";
        var value = run.Secrets.New(MarkedRun.Variable);
        Assert.Equal((200, null), await user.TryAsync(HttpMethod.Put, route, Set("MARKED")));
        Assert.Equal((400, "invalid_input"), await user.TryAsync(HttpMethod.Put, route, Set("LD_PRELOAD")));
        Assert.Equal(400, await run.SendAsync(user, HttpMethod.Put, route, "{\"values\":{\"MARKED\":[\"" + value + "\"]}}"));
        Assert.Equal(400, await run.SendAsync(user, HttpMethod.Put, route, $$"""{"values":{"MARKED":"{{value}}"""));
        Assert.Equal((404, "not_found"), await user.TryAsync(HttpMethod.Put, $"workspaces/{Guid.NewGuid()}/environment", Set("MARKED")));
        await user.GetAsync(route);

        var task = (await user.PostAsync($"projects/{project}/tasks", new { prompt = Prompt, approvals = "never" })).GetProperty("id").GetString();
        await Poll.UntilAsync(async () => (await user.GetAsync($"tasks/{task}")).GetProperty("finished_at").ValueKind != JsonValueKind.Null);
        Assert.Equal("succeeded", (await user.GetAsync($"tasks/{task}")).GetProperty("state").GetString());
        using var answer = await user.Http.GetAsync($"/api/v1/tasks/{task}/events", Cancel);
        var events = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Empty(run.Secrets.Find(events));
        var told = System.Text.RegularExpressions.Regex.Match(events, "\"text\":\"([g-v]{1000,})\"").Groups[1].Value;
        var inside = Convert.FromHexString(string.Concat(told.Select(c => "0123456789abcdef"[c - 'g'])));
        var text = Encoding.UTF8.GetString(inside);
        Assert.True(text.Contains($"MARKED={value}\0", StringComparison.Ordinal), string.Join(' ', text.Split('\0')));
        const string Token = "ANTHROPIC_AUTH_TOKEN=";
        var at = text.IndexOf(Token, StringComparison.Ordinal) + Token.Length;
        run.Secrets.Mark(MarkedRun.TaskToken, text[at..text.IndexOf('\0', at)]);
        return inside;

        object Set(string name) => new { values = new Dictionary<string, string> { [name] = value } };
    }

    /// <summary>An administrator makes an account and a reset, sends alerts that arrive nowhere, makes a backup, and reads what is told of all this.</summary>
    private static async Task AdministrationAsync(MarkedRun run)
    {
        var admin = run.NewClient();
        await run.SignInAsync(admin, "admin@example.com", run.Secrets.Of("password of the administrator"));
        run.Mark(await admin.PostAsync("admin/users", new { email = "other@example.com", role = "user" }), "reset_token");
        await admin.PostAsync("admin/alerts/test", new { });
        await Poll.UntilAsync(async () => (await admin.GetAsync("admin/alerts")).GetProperty("items").EnumerateArray()
            .Any(alert => alert.GetProperty("deliveries").EnumerateArray().Any(d => d.GetProperty("attempts").GetInt32() > 0)));
        await admin.PostAsync("admin/backups", new { working_copies = true });
        await Poll.UntilAsync(async () => (await admin.GetAsync("admin/backups")).GetProperty("items")[0].GetProperty("state").GetString() == "verified");
        foreach (var read in (string[])["admin/users", "admin/audit?limit=200", "admin/alerts", "admin/keys", "admin/blocks", "admin/backups", "sessions", "keys", "/healthz", "/readyz"])
            await admin.GetAsync(read);
    }

    private static async Task<bool> HoldsAsync(IEnumerable<string> files, string word)
    {
        foreach (var file in files)
        {
            if ((await File.ReadAllBytesAsync(file, Cancel)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) >= 0)
                return true;
        }

        return false;
    }
}
