using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Sidecar.Proxy.Requests;

namespace Sidecar.Proxy.Tests.Observability;

public sealed class RequestRecordTests
{
    [Fact]
    public void A_record_that_is_used_again_knows_nothing_of_the_request_before()
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var record = New();
        foreach (var field in typeof(RequestRecord).GetFields(All))
            field.SetValue(record, Other(field.FieldType));

        record.Reset();

        foreach (var field in typeof(RequestRecord).GetFields(All))
            field.GetValue(record).ShouldBe(field.GetValue(New()), field.Name);
    }

    private static RequestRecord New() => new() { Method = "", Scheme = "", Host = "", Path = "", ProtocolVersion = "" };

    private static object Other(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var text when text == typeof(string) => "x",
        var flag when flag == typeof(bool) => true,
        var number when number == typeof(int) || number == typeof(long) => Convert.ChangeType(7, number, null),
        var list when list == typeof(IReadOnlyList<string>) => new[] { "x" },
        var action when action == typeof(Action) => new Action(static () => { }),
        var trace when trace == typeof(ActivityContext) => new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), default),
        var other when other.IsEnum => Enum.ToObject(other, 1),
        var other => other == typeof(DateTimeOffset) ? DateTimeOffset.UnixEpoch : other == typeof(TimeSpan) ? TimeSpan.FromDays(1) : RuntimeHelpers.GetUninitializedObject(other),
    };
}
