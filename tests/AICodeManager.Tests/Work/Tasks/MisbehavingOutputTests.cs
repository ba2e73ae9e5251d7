using AICodeManager.Server.Ground.Storage;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using static AICodeManager.Tests.Work.Tasks.MisbehavingAgent;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>Lines that fit the protocol and hold what databases, JSON writers and terminals stumble over.</summary>
public sealed class MisbehavingOutputTests(PostgresServer postgres)
{
    private static readonly string Deep = string.Concat(Enumerable.Repeat("{\"a\":", 60)) + "1" + new string('}', 60);

    // Written as the agent would: \u0000 and the like are JSON escapes inside the line.
    private static readonly string[] Lines =
    [
        """{"type":"system","subtype":"init","session_id":"a\u0000b","model":"m"}""",
        """{"type":"system","subtype":"init","session_id":"--dangerously-skip-permissions","model":"m"}""",
        """{"type":"system","subtype":"init"}""",
        """{"type":"stream_event","event":{"type":"content_block_delta","delta":{"text":"nul \u0000 and escape \u001b[2J\u0007"}}}""",
        """{"type":"assistant","message":{"id":"m\u0000","content":[{"type":"text","text":"nul \u0000, half \ud800 a pair"}]}}""",
        """{"type":"assistant","message":{"id":"m\u0000","content":[{"type":"text","text":"nul \u0000 \u2028 \u0085 \u202e"}]}}""",
        """{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t\u0000","name":"B\u0000sh","input":{"command":"half \udfff","\ud800":1}}]}}""",
        """{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"Bash","input":{"n":1e999999,"m":-0,"z":123456789012345678901234567890}}]}}""",
        """{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"Bash","input":{"a":1,"a":2}}]}}""",
        """{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"Bash","input":"text\u0000"}]}}""",
        """{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"Bash","input":null}]}}""",
        $$$"""{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"Bash","input":{{{Deep}}}}]}}""",
        string.Concat(Enumerable.Repeat("[", 5000)),
        """{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t\u0000","content":[{"type":"text","text":"\u0000\ud800"}]}]}}""",
        """{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":7,"content":{"deep":[]},"is_error":"yes"}]}}""",
        """{"type":"system","subtype":"api_retry","attempt":99999999999999999999,"max_retries":-1,"error_status":1e400}""",
        """{"type":"control_request","request_id":"r\u0000","request":{"subtype":"can_use_tool","tool_name":"B\u0000sh","input":{"a":"\u0000"}}}""",
        """{"type":"control_request","request_id":"r1","request":{"subtype":"can_use_tool","tool_name":"Bash","input":{"a":"\ud800"}}}""",
        $$$"""{"type":"control_request","request_id":"r2","request":{"subtype":"can_use_tool","tool_name":"Bash","input":{{{Deep}}}}}""",
        """{"type":"control_request","request_id":"r3","request":{"subtype":"can_use_tool","tool_name":"Bash","input":[]}}""",
        """{"type":"control_request","request_id":"","request":{"subtype":"can_use_tool","tool_name":"","input":{}}}""",
        """{"type":"control_cancel_request","request_id":"never\u0000asked"}""",
        """{"type":["array"],"message":7}""",
        """{"type":"assistant","message":[]}""",
        """{"type":"result"}x""",
        "null",
        "\"text\"",
    ];

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task No_text_of_an_agent_breaks_its_task_or_the_store(string kind)
    {
        var url = await postgres.NewDatabaseAsync();
        await using var lab = await MisbehavingLabs.StartAsync("bubblewrap", "", services =>
        {
            if (kind == "postgresql")
            {
                services.AddSingleton(_ => Database.Postgres(url));
            }
        });
        Assert.Equal(kind, lab.Server.Database.Kind);
        const string Raw = "printf '\\000\\377\\376\\n\\033[31m\\n\\355\\240\\200\\n{\"type\":\"\\377\\000\"}\\n\\r\\n'";
        var script = string.Join("; ", [Print(Began), Raw, .. Lines.Select(Print), Print(Ended)]);

        var events = await lab.MisbehaveAsync(script);

        await lab.AssertEndedAsync(events, "succeeded", null);
        Assert.InRange(events.Count(e => e.Type == "log"), 5, 21);
        Assert.Equal(4, events.Count(e => e.Type == "tool_call"));
    }

    [Fact]
    public async Task What_cannot_be_shown_as_it_is_is_refused_before_anybody_is_asked()
    {
        await using var lab = await MisbehavingLabs.StartAsync("bubblewrap", "");
        string[] asks =
        [
            """{"type":"control_request","request_id":"r1","request":{"subtype":"can_use_tool","tool_name":"Bash","input":{"a":"\ud800"}}}""",
            $$$"""{"type":"control_request","request_id":"r2","request":{"subtype":"can_use_tool","tool_name":"Bash","input":{{{Deep}}}}}""",
            """{"type":"control_request","request_id":"r3","request":{"subtype":"can_use_tool","tool_name":"Write","input":{"file_path":"/workspace/a\u0000b"}}}""",
        ];
        var answers = string.Concat(asks.Take(2).Select(ask => $"{Print(ask)}; IFS= read -r a; case \"$a\" in *deny*) ;; *) exit 9;; esac; "));
        var task = await lab.StartMisbehavingAsync($"{Print(Began)}; {answers} {Print(asks[2])}; IFS= read -r a; {Print(Ended)}", approvals: "edits");

        // A name that ends before it seems to is no edit inside the working copy.
        var asked = await lab.WaitForAsync(task, e => e.Type == "approval");
        Assert.Equal("r3", asked.Text("request_id"));
        await lab.User.PostAsync($"tasks/{task}/approvals/r3", new { decision = "deny" });
        await lab.AssertEndedAsync(await lab.EventsAsync(task), "succeeded", null);
    }
}
