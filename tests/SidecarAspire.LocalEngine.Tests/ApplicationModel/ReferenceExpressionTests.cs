using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

public sealed class ReferenceExpressionTests
{
    private readonly ParameterResource _user = new("user", _ => "jo");
    private readonly ParameterResource _password = new("password", _ => "{1}", secret: true);

    [Fact]
    public async Task Values_are_put_into_the_text()
    {
        var expression = ReferenceExpression.Create($"user={_user};password={_password}");

        (await expression.GetValueAsync(TestContext.Current.CancellationToken)).ShouldBe("user=jo;password={1}");
        expression.ValueExpression.ShouldBe("user={user.value};password={password.value}");
        expression.Format.ShouldBe("user={0};password={1}");
    }

    [Theory]
    [InlineData("{\"a\":1}")]
    [InlineData("{0}")]
    [InlineData("}{")]
    [InlineData("{{}}")]
    public async Task Braces_in_the_text_stay_what_they_are(string text)
    {
        var expression = ReferenceExpression.Create($"{text}{_user}");

        (await expression.GetValueAsync(TestContext.Current.CancellationToken)).ShouldBe(text + "jo");
        expression.ValueExpression.ShouldBe(text + "{user.value}");
    }

    [Fact]
    public async Task Braces_between_the_quotes_stay_what_they_are()
    {
        var expression = ReferenceExpression.Create($"{{{_user}}}");

        (await expression.GetValueAsync(TestContext.Current.CancellationToken)).ShouldBe("{jo}");
    }

    [Fact]
    public async Task Text_alone_is_an_expression_too()
    {
        var expression = ReferenceExpression.Create($"plain");

        (await expression.GetValueAsync(TestContext.Current.CancellationToken)).ShouldBe("plain");
        expression.ValueProviders.ShouldBeEmpty();
        (await ReferenceExpression.Empty.GetValueAsync(TestContext.Current.CancellationToken)).ShouldBe("");
    }

    [Fact]
    public async Task An_expression_may_hold_another_one()
    {
        var inner = ReferenceExpression.Create($"{_user}:{{x}}");
        var outer = ReferenceExpression.Create($"{inner}@host");

        (await outer.GetValueAsync(TestContext.Current.CancellationToken)).ShouldBe("jo:{x}@host");
        outer.ValueExpression.ShouldBe("{user.value}:{x}@host");
    }
}
