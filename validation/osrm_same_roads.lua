-- OSRM's car profile, fastest way, on the roads that ours drives: tracks too; turns, signals and signs cost nothing.
local car = require('car')
local setup = car.setup

function car.setup()
  local profile = setup()
  profile.properties.weight_name = 'duration'
  profile.properties.u_turn_penalty = 0
  for _, class in ipairs({'track', 'road'}) do
    profile.speeds.highway[class] = 15
    profile.restricted_highway_whitelist[class] = true
  end
  return profile
end

function car.process_turn(profile, turn)
  turn.duration = 0
  turn.weight = 0
end

return car
