namespace AICodeManager.Tests.Cli;

public sealed class StepUpTests
{
    private static readonly string Workspace = $"DELETE /workspaces/{Some.WorkspaceId}";

    [Theory]
    [InlineData("confirm", "password")]
    [InlineData("password", "password")]
    [InlineData("second_factor", "code")]
    public async Task Can_prove_what_is_asked_for_on_a_terminal_and_repeats_the_request_once(string demanded, string sent)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Interactive = true, ReadSecret = () => "shown to nobody" };
        api.Demands(Workspace, demanded).On(Workspace, null, 204).On("POST /auth/step-up", null, 204);

        Assert.Equal(0, await aicli.RunAsync("workspace", "delete", Some.WorkspaceId, "--yes"));

        var proof = api.Only("POST /auth/step-up").Json;
        Assert.Equal(sent, Assert.Single(proof.EnumerateObject()).Name);
        Assert.Equal("shown to nobody", proof.GetProperty(sent).GetString());
        Assert.Equal([Workspace, "POST /auth/step-up", Workspace], api.Seen.Select(seen => seen.Line));
        Assert.DoesNotContain("shown to nobody", aicli.Out.ToString() + aicli.Error);
    }

    [Theory]
    [InlineData("password", "aicli step-up,")]
    [InlineData("second_factor", "aicli step-up --second-factor,")]
    public async Task Cannot_prove_anything_where_nobody_can_be_asked_and_names_the_command(string demanded, string named)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Environment = { ["AICLI_PASSWORD"] = "not to be sent by itself" } };
        api.Demands(Workspace, demanded);

        Assert.Equal(1, await aicli.RunAsync("workspace", "delete", Some.WorkspaceId));

        Assert.Contains(named, aicli.Error.ToString());
        Assert.DoesNotContain("aicli login", aicli.Error.ToString());
        api.Only(Workspace);
    }

    [Fact]
    public async Task Cannot_be_kept_proving_by_a_server_that_asks_again_and_again()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Interactive = true, ReadSecret = () => "p" };
        api.Demands(Workspace, "password").On("POST /auth/step-up", null, 204);

        Assert.Equal(1, await aicli.RunAsync("workspace", "delete", Some.WorkspaceId, "--yes"));

        api.Only("POST /auth/step-up");
        Assert.Equal(2, api.Seen.Count(seen => seen.Line == Workspace));
    }

    [Fact]
    public async Task Can_correct_a_wrong_proof_but_leaves_attempts_unused()
    {
        await using var api = await ApiDouble.StartAsync();
        var typed = new Queue<string>(["one", "two", "right", "a", "b", "c", "d", "e"]);
        using var aicli = new Aicli(api) { Interactive = true, ReadSecret = typed.Dequeue };
        api.Demands(Workspace, "password").On(Workspace, null, 204)
            .Refuses("POST /auth/step-up", 401, "invalid_proof", "The proof was not accepted.")
            .Refuses("POST /auth/step-up", 401, "invalid_proof", "The proof was not accepted.")
            .On("POST /auth/step-up", null, 204)
            .Refuses("POST /auth/step-up", 401, "invalid_proof", "The proof was not accepted.");

        Assert.Equal(0, await aicli.RunAsync("workspace", "delete", Some.WorkspaceId, "--yes"));

        var other = $"DELETE /projects/{Some.ProjectId}";
        api.Demands(other, "password");
        Assert.Equal(3, await aicli.RunAsync("project", "delete", Some.ProjectId, "--yes"));
        Assert.Equal(2, typed.Count);
        Assert.Equal("e", typed.Last());
        api.Only(other);
    }

    [Fact]
    public async Task Can_let_it_be_by_typing_nothing()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Interactive = true, ReadSecret = () => "" };
        api.Demands(Workspace, "password");

        Assert.Equal(1, await aicli.RunAsync("workspace", "delete", Some.WorkspaceId, "--yes"));

        Assert.Contains("aicli step-up", aicli.Error.ToString());
        api.Only(Workspace);
    }

    [Fact]
    public async Task Cannot_take_the_answer_to_another_question_for_a_password()
    {
        await using var api = await ApiDouble.StartAsync();
        using var keyboard = new TypedInput();
        using var aicli = new Aicli(api) { Interactive = true, In = keyboard };
        // The stream breaks while a tool call is being asked about, and the server wants a proof before it goes on.
        aicli.ReadSecret = () => "y, allow it";
        api.Streams(Some.TaskId, Some.State(1, "waiting_approval"), Some.Asks(2, "r-1", "Bash", new { command = "ls" }))
            .On($"GET /tasks/{Some.TaskId}", async context =>
            {
                await aicli.Error.HasAsync("Allow it?");
                await ApiDouble.JsonAsync(context, 200, Some.Task("waiting_approval"));
            })
            .On($"GET /tasks/{Some.TaskId}/approvals", Some.List(Some.Approval("r-1", "Bash", new { command = "ls" })))
            .Demands($"GET /tasks/{Some.TaskId}/events", "password");

        Assert.Equal(1, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.Contains("aicli step-up", aicli.Error.ToString());
        Assert.DoesNotContain(api.Seen, seen => seen.Line == "POST /auth/step-up");
        keyboard.End();
    }

    [Fact]
    public async Task Cannot_answer_a_challenge_that_it_does_not_know()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Interactive = true, ReadSecret = () => "the password" };
        api.Demands(Workspace, "retina");

        Assert.NotEqual(0, await aicli.RunAsync("workspace", "delete", Some.WorkspaceId, "--yes"));

        api.Only(Workspace);
    }

    [Fact]
    public async Task Can_renew_a_token_that_ran_out_while_the_proof_was_typed()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        (aicli.Interactive, aicli.ReadSecret) = (true, () => "p");
        api.Demands(Workspace, "password").On(Workspace, null, 204)
            .Refuses("POST /auth/step-up", 401, "token_expired", "expired").On("POST /auth/step-up", null, 204)
            .On("POST /auth/refresh", Some.Refreshed("second-token", "second-refresh"));

        Assert.Equal(0, await aicli.RunAsync("workspace", "delete", Some.WorkspaceId, "--yes"));

        Assert.Equal("Bearer second-token", api.Seen.Last().Headers["Authorization"]);
    }

    [Fact]
    public async Task Can_step_up_beforehand_for_a_script()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { In = new StringReader("the password\n") };
        api.On("POST /auth/step-up", null, 204);

        Assert.Equal(0, await aicli.RunAsync("step-up", "--password-stdin", "--json"));
        Assert.Equal("proved", aicli.Document().GetProperty("action").GetString());
        Assert.Equal("the password", api.Only("POST /auth/step-up").Json.GetProperty("password").GetString());

        aicli.In = new StringReader(" 123456\n");
        Assert.Equal(0, await aicli.RunAsync("step-up", "--code-stdin"));
        Assert.Equal("123456", api.Seen.Last().Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Cannot_step_up_with_nothing_with_two_proofs_or_with_a_wrong_one()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(2, await aicli.RunAsync("step-up"));
        Assert.Contains("--password-stdin", aicli.Error.ToString());
        Assert.Equal(2, await aicli.RunAsync("step-up", "--second-factor"));
        Assert.Contains("--code-stdin", aicli.Error.ToString());
        Assert.Equal(2, await aicli.RunAsync("step-up", "--password-stdin", "--code-stdin"));
        Assert.Empty(api.Seen);

        aicli.In = new StringReader("wrong");
        api.Refuses("POST /auth/step-up", 401, "invalid_proof", "The proof was not accepted.");
        Assert.Equal(3, await aicli.RunAsync("step-up", "--password-stdin"));
        Assert.Equal("aicli: The proof was not accepted.\n", aicli.Error.ToString());
        api.Only("POST /auth/step-up");
    }
}
