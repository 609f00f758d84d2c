"""A function as somebody else may have written it."""
asked = 0


def greet(event, context):
    global asked
    asked += 1
    print("greeting number", asked, flush=True)
    if event.get("fail"):
        raise ValueError("asked to fail")
    return {"asked": asked, "event": event, "arn": context.invoked_function_arn,
            "in_time": 0 < context.get_remaining_time_in_millis() <= 30000}
